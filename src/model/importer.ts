/** The shape of an importer: one format, one file. It writes rows in the `otel_traces` columns and counts what it could not read. */
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
  /** Counts rows that were inserted as rows of this source. */
  gain(rows: number): void
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
  gives: readonly 'spans'[]
  /** How sure it is that `head` is in its format: 0 no, 1 certain. Looks at the given bytes only; never throws. */
  sniff(head: Uint8Array, name: string): number
  /** Reads the whole source into the sink. Throws `UnreadableEvidence` only when nothing of it can be read. */
  read(source: Source, sink: Sink): Promise<void>
  /**
   * Reads many small sources at once, each with the very rows and losses that `read` would give, for an engine needs longer to plan a query
   * than to read a small file. Returns the sources that it did not take, which `read` must read.
   * On an error that speaks of the evidence nothing is inserted or counted: fewer of them may do.
   */
  readTogether?(sources: readonly OpenSource[]): Promise<readonly OpenSource[]>
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
