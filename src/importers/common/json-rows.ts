/** How the engine reads lines of JSON: settings that all importers of JSON share. */
import { availableParallelism } from 'node:os'

/**
 * How lines are shared out among threads, in blocks of some thousand spans. Where there are only two processors, one thread parses and the
 * other has enough to do with what was parsed: finding where chunks end, so that several can parse, costs a third of parsing.
 */
export const jsonReading: Readonly<Record<string, string | number>> = {
  min_chunk_bytes_for_parallel_parsing: 4 * 1024 * 1024,
  input_format_max_block_size_bytes: 4_000_000,
  max_parsing_threads: availableParallelism() > 2 ? 0 : 1,
}

/** Settings with which the engine reads trace JSON: every scalar as text, unknown fields passed over, memory flat however long the file is. */
export const jsonRowSettings: Record<string, string | number> = {
  input_format_skip_unknown_fields: 1,
  input_format_null_as_default: 1,
  compile_expressions: 0,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
  input_format_json_read_objects_as_strings: 1,
  // Mapped files would count as memory of the process.
  storage_file_read_method: 'pread',
  ...jsonReading,
  // One pass over a spool: there is nothing to optimise, and looking for it is done anew for each.
  query_plan_enable_optimizations: 0,
  max_block_size: 8192,
  max_insert_block_size: 65_536,
  min_insert_block_size_rows: 65_536,
  min_insert_block_size_bytes: 64 * 1024 * 1024,
}
