/**
 * One connection to the engine in this process. Connections to one data directory see the same tables and run side by side.
 * What is easily got wrong: the engine keeps the settings of one query for all that follow it on the same connection.
 * So every query says all the settings it wants, and those that a connection does not have are set before it.
 */
import { Session } from 'chdb'
import type { Settings } from './store.js'

export interface Connection {
  rows<Row>(sql: string, params: Record<string, unknown> | undefined, settings: Settings): Promise<Row[]>
  run(sql: string, params: Record<string, unknown> | undefined, settings: Settings): Promise<void>
  /** Returns how many rows the engine took. */
  insert(table: string, rows: readonly object[], settings: Settings): Promise<number>
  close(): void
}

const literal = (value: string | number): string =>
  typeof value === 'number' ? value.toString() : `'${value.replaceAll(/['\\]/g, '\\$&')}'`

/** The statement that makes `wanted` of the settings that the connection has; empty when it has them. */
function settingsBefore(present: ReadonlyMap<string, string>, wanted: Settings): string {
  const changes: string[] = []
  for (const name of present.keys()) if (!(name in wanted)) changes.push(`${name} = DEFAULT`)
  for (const [name, value] of Object.entries(wanted))
    if (present.get(name) !== literal(value)) changes.push(`${name} = ${literal(value)}`)
  return changes.length === 0 ? '' : `SET ${changes.join(', ')}; `
}

/** A parameter that holds no text, as a literal; undefined for one that does. */
function plainLiteral(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value.toString()
  return Array.isArray(value) && value.length === 0 ? '[]' : undefined
}

/**
 * The statement with its parameters in their places, where none of them holds text; undefined otherwise. The engine binds parameters for
 * one query at a time, whatever the connection, and so queries that only differ in a range of buckets would wait for each other.
 */
export function withPlainParams(sql: string, params: Record<string, unknown>): string | undefined {
  const literals = new Map(Object.entries(params).map(([name, value]) => [name, plainLiteral(value)]))
  if ([...literals.values()].includes(undefined)) return undefined
  return sql.replaceAll(/\{(\w+):([^{}']+)\}/g, (placeholder, name: string, type: string) => {
    const plain = literals.get(name)
    return plain === undefined ? placeholder : `CAST(${plain}, '${type}')`
  })
}

export function openConnection(path: string): Connection {
  const session = new Session(path)
  /** What was set, as literals; unknown (and so set again) after a failure. */
  const present = new Map<string, string>()

  async function ask(sql: string, params: Record<string, unknown> | undefined, settings: Settings, format: string) {
    const changes = settingsBefore(present, settings)
    const bound = params ?? {}
    const plain = withPlainParams(sql, bound)
    const text = changes + (plain ?? sql)
    if (changes !== '') {
      for (const name of present.keys()) if (!(name in settings)) present.delete(name)
      for (const [name, value] of Object.entries(settings)) present.set(name, literal(value))
    }
    try {
      return plain === undefined
        ? await session.queryBindAsync(text, bound, { format })
        : await session.queryAsync(text, { format })
    } catch (error) {
      for (const name of present.keys()) present.set(name, '')
      throw error
    }
  }

  return {
    async rows<Row>(sql: string, params: Record<string, unknown> | undefined, settings: Settings) {
      const lines = (await ask(sql, params, settings, 'JSONEachRow')).text().split('\n')
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row)
    },
    async run(sql, params, settings) {
      await ask(sql, params, settings, 'Null')
    },
    async insert(table, rows, settings) {
      // An insert takes no statement before it.
      if (settingsBefore(present, settings) !== '') await ask('SELECT 1', undefined, settings, 'Null')
      const values = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
      const { rowsWritten } = await session.insert({ table, format: 'JSONEachRow', values })
      return rowsWritten ?? 0
    },
    close() {
      session.close()
    },
  }
}
