/**
 * Traces of accesses to caches, as researchers exchange them: one request a line or a record, into `cache_commands`.
 * What is easily got wrong: the number of a row is its place in time, so the engine must read such a file with one thread and number rows before it leaves any out.
 */
import { UnreadableEvidence, type Sink, type Source } from '../../model/importer.js'
import { isParseError } from './engine-error.js'

/** A key longer than this is no key. */
const longestKey = 4096

const inOrder = {
  max_threads: 1,
  input_format_parallel_parsing: 0,
  storage_file_read_method: 'pread',
  short_circuit_function_evaluation: 'enable',
  max_block_size: 65_536,
}

export interface LineTrace {
  /** Lines before the first request. */
  headLines: number
  /** SQL over `line` (without its end): columns of cache_commands by name, but Source and Seq. */
  columns: Readonly<
    Record<'Key' | 'Command', string> & Partial<Record<'AtNs' | 'Client' | 'ValueBytes' | 'TtlMs', string>>
  >
  /** SQL over `line`: whether it is a request. */
  isRequest: string
  /** SQL over `line`: whether it may be passed over without a word. */
  isSilent: string
}

/** A text file of requests. Lines that are none are counted as `bad-row`. */
export async function readLineTrace(trace: LineTrace, source: Source, sink: Sink): Promise<void> {
  const lines = `SELECT rowNumberInAllBlocks() AS number, trimRight(line, '\\r') AS line FROM file({path:String}, 'LineAsString', 'line String')`
  const columns = Object.entries(trace.columns).map(([name, sql]) => `${sql} AS ${name}`)
  const params = { path: source.path, source: source.name, head: trace.headLines, longest: longestKey }
  const rows = await refusing(source, () =>
    sink.insertInto(
      'cache_commands',
      `SELECT {source:String} AS Source, number AS Seq, ${columns.join(', ')} FROM (${lines})
        WHERE number >= {head:UInt64} AND ${trace.isRequest} AND length(Key) BETWEEN 1 AND {longest:UInt64}`,
      params,
      inOrder,
    ),
  )
  const [counted] = await sink.query<{ bad: number | string }>(
    `SELECT countIf(number >= {head:UInt64} AND NOT (${trace.isSilent})) AS bad FROM (${lines})`,
    params,
    inOrder,
  )
  finish(source, sink, rows, Number(counted?.bad ?? 0) - rows)
}

export interface RecordTrace {
  /** Bytes of a record. */
  bytes: number
  /** Columns of a record as the engine's RowBinary reads them. */
  structure: string
  columns: Readonly<Record<'Key', string> & Partial<Record<'AtNs' | 'ValueBytes', string>>>
}

/** A file of records of one length. What is left at the end was cut. */
export async function readRecordTrace(trace: RecordTrace, source: Source, sink: Sink): Promise<void> {
  const records = Math.floor(source.sizeBytes / trace.bytes)
  const columns = Object.entries(trace.columns).map(([name, sql]) => `${sql} AS ${name}`)
  const rows = await refusing(source, () =>
    sink.insertInto(
      'cache_commands',
      `SELECT {source:String} AS Source, rowNumberInAllBlocks() AS Seq, 'GET' AS Command, ${columns.join(', ')}
        FROM (SELECT * FROM file({path:String}, 'RowBinary', {structure:String}) LIMIT {records:UInt64})`,
      { path: source.path, source: source.name, structure: trace.structure, records },
      inOrder,
    ),
  )
  if (source.sizeBytes % trace.bytes !== 0 && !source.truncated) sink.lose('truncated', 1)
  finish(source, sink, rows, 0)
}

function finish(source: Source, sink: Sink, rows: number, bad: number): void {
  if (rows === 0)
    throw new UnreadableEvidence(
      source.name,
      'holds no request for a key',
      'Look at its first lines; docs/simulation.md shows the formats of access traces.',
    )
  sink.gain(rows, 'commands')
  if (bad > 0) sink.lose('bad-row', bad)
  if (source.truncated) sink.lose('truncated', 1)
  sink.progress({ bytes: source.sizeBytes })
}

async function refusing<Result>(source: Source, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (!isParseError(error)) throw error
    throw new UnreadableEvidence(
      source.name,
      'begins like a trace of accesses to a cache, but cannot be read as one',
      'Check that it was copied whole and in binary.',
    )
  }
}

/** The whole lines of a head, without their ends and without empty ones; the last counts only where the file ends with it. */
export function linesOfHead(head: Uint8Array): string[] {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  const lines = text.split('\n')
  if (head.length === 65_536 && lines.length > 1) lines.pop()
  return lines.map((line) => line.replace(/\r$/, '')).filter((line) => line !== '')
}
