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
  min_chunk_bytes_for_parallel_parsing: 4 * 1024 * 1024,
  max_block_size: 8192,
  max_insert_block_size: 65_536,
  min_insert_block_size_rows: 65_536,
  min_insert_block_size_bytes: 64 * 1024 * 1024,
}
