/**
 * What the rest of the street knows about the engine: ClickHouse SQL in, rows out. Embedded and remote stores speak the same.
 * 64-bit integers come back as JavaScript numbers, so relations return nothing above 2^53 but hashes as strings.
 */
export type Settings = Record<string, string | number>

export interface Store {
  /** Takes any number of queries at once, and decides itself how many run side by side. */
  readonly parallel?: true
  /** Runs one SELECT; `params` bind `{name:Type}` placeholders. Throws the engine's error. */
  query<Row>(sql: string, params?: Record<string, unknown>, settings?: Settings): Promise<Row[]>
  /** Runs a statement that returns nothing (DDL, INSERT … SELECT). */
  command(sql: string, params?: Record<string, unknown>, settings?: Settings): Promise<void>
  /** Inserts rows given as objects; throws when the engine did not take all of them. */
  insert(table: string, rows: readonly object[]): Promise<void>
  /** Name and version of the engine, for `report.run`. */
  engine(): Promise<string>
  close(): Promise<void>
}
