/**
 * The shape of an importer: one format, one file, and of a live importer: one kind of server. Spans go into the `otel_traces` columns,
 * everything else into a table of its own; what could not be read is counted.
 */

/** Tables that importers fill. */
export type EvidenceTable =
  'otel_traces' | 'cache_commands' | 'cache_servers' | 'cache_keys' | 'broker_queues' | 'broker_bindings' | 'contracts'

/** What a source gives, as reports count it. */
export const rowKinds = ['spans', 'commands', 'keys', 'servers', 'queues', 'contracts'] as const
export type RowKind = (typeof rowKinds)[number]

/** One thing to read, already opened enough to sniff it. */
export interface Source {
  /** As the user named it. Hostile text. */
  name: string
  /** Absolute path of a plain (already decompressed) file that the engine may read; stdin and archives are spooled to one. */
  path: string
  sizeBytes: number
  /** The first 64 KiB of the plain bytes (fewer when the file is shorter). */
  head: Uint8Array
  /** Whether decompression ended early (a cut gzip or zstd stream); the importer counts it as the loss `truncated`. */
  truncated: boolean
}

/** A gzip archive where it lies, for an engine that unpacks it while it reads. */
export interface Archive extends Pick<Source, 'name' | 'path' | 'head'> {
  /** Of the archive, not of what is in it. */
  sizeBytes: number
}

/** How many rows of one insert came from a file and had just these flaws. */
export interface FlaggedRows {
  file: number
  /** Bits, as the SELECT gave them; 0 for a sound row. */
  flaws: number
  rows: number
}

/** Where an importer puts what it reads. */
export interface Sink {
  /**
   * Inserts the rows of `select` in the engine, atomically: on an engine error nothing is inserted and the error is thrown.
   * The SELECT gives the columns of otel_traces in order, then three more: the number of the file (UInt32), flaws as bits (UInt32),
   * and whether the row is only to be counted, not inserted (UInt8). Returns how many rows there were of each file with each
   * set of flaws; they count for a source once its sink is told by `gain`.
   * `params` bind `{name:Type}` placeholders; `settings` are ClickHouse settings of this one query.
   */
  insertSelect(
    select: string,
    params?: Record<string, unknown>,
    settings?: Record<string, string | number>,
  ): Promise<FlaggedRows[]>
  /**
   * Inserts the rows of `select` into a table of evidence in the engine, atomically, and returns how many there were.
   * Columns go by their names; those that the SELECT leaves out have their defaults. Throws the engine's error.
   */
  insertInto(
    table: EvidenceTable,
    select: string,
    params?: Record<string, unknown>,
    settings?: Record<string, string | number>,
  ): Promise<number>
  /** Inserts rows made in JavaScript, for evidence of which there is little. Columns go by their names, others have their defaults. */
  insertRows(table: EvidenceTable, rows: readonly object[]): Promise<void>
  /** Counts rows that were inserted as rows of this source; spans when nothing else is said. */
  gain(rows: number, of?: RowKind): void
  /** Runs a SELECT (to count or to check what a file holds) and returns its rows. */
  query<Row>(
    select: string,
    params?: Record<string, unknown>,
    settings?: Record<string, string | number>,
  ): Promise<Row[]>
  /** A new path in the run's temporary folder for a spool file; removed with the run. */
  spoolPath(extension: string): string
  /** Counts a loss of evidence; `id` is an entry of importers/losses.ts. */
  lose(id: string, count: number): void
  /** Progress in rows or bytes of this source; cheap to call often. */
  progress(done: { rows?: number; bytes?: number }): void
}

/** A source and where its rows go. */
export interface OpenSource {
  source: Source
  sink: Sink
}

export interface Importer {
  /** kebab-case, stable: appears in reports. */
  id: string
  title: string
  /** Address of the format's specification. */
  spec: string
  gives: readonly RowKind[]
  /** How sure it is that `head` is in its format: 0 no, 1 certain. Looks at the given bytes only; never throws. */
  sniff(head: Uint8Array, name: string): number
  /**
   * Reads an archive as it lies, without unpacking it to a file first. False when the engine refused anything of it, be it how it was packed or
   * what is in it; then nothing of it was inserted or counted, and `read` must read it.
   */
  readArchive?(archive: Archive, sink: Sink): Promise<boolean>
  /** Reads the whole source into the sink. Throws `UnreadableEvidence` only when nothing of it can be read. */
  read(source: Source, sink: Sink): Promise<void>
  /**
   * Reads many small sources at once, each with the very rows and losses that `read` would give, for an engine needs longer to plan a query
   * than to read a small file. Returns the sources that it did not take, which `read` must read.
   * On an error that speaks of the evidence nothing is inserted or counted: fewer of them may do.
   */
  readTogether?(sources: readonly OpenSource[]): Promise<readonly OpenSource[]>
}

/** How long and how hard a running server may be asked. */
export interface LiveOptions {
  /** Seconds to watch commands for, where a server can show them; 0 for not at all. */
  monitorSeconds: number
  /** Seconds over which a server is sampled, so that trends show; 0 for one look. */
  forSeconds: number
  /** The most commands or requests that a server is sent in a second. */
  commandsPerSecond: number
  /** Aborts when the user gives up; connections must be closed then. */
  signal: AbortSignal
  /** Tells the user what is being done, in one line without secrets. */
  report(line: string): void
}

/** One kind of running server: read-only by construction, one connection (a node), closed on any exit. */
export interface LiveImporter {
  /** kebab-case, stable: appears in reports. */
  id: string
  title: string
  /** Address of the protocol's specification. */
  spec: string
  /** Schemes of the addresses that it reads, without the colon: `redis`, `rediss`. */
  schemes: readonly string[]
  gives: readonly RowKind[]
  /** The rights that it needs, in a sentence that an administrator can act on. */
  permissions: string
  /**
   * Asks the server and fills the sink; what was learnt before a failure is kept and the rest counted as a loss.
   * `address` is as the user wrote it, secrets and all, and may name several hosts. Throws `UnreadableEvidence` (its source
   * redacted by lib/redact-url.ts) when nothing could be learnt.
   */
  read(address: string, sink: Sink, options: LiveOptions): Promise<void>
}

/** A file that cannot be read at all: names the file, what it looks like and what would be read. */
export class UnreadableEvidence extends Error {
  constructor(
    readonly source: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message)
    this.name = 'UnreadableEvidence'
  }
}
