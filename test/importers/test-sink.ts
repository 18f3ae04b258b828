/**
 * A sink over the embedded engine for importer tests, with the promise every sink makes: a failed insert leaves no row.
 * One engine lives in a process, so a test file opens one store and calls `clear` between cases.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
import type { Sink } from '../../src/model/importer.js'

const schema = readFileSync(new URL('../../src/store/schema/otel_traces.sql', import.meta.url), 'utf8')

export interface TestStore {
  sink: Sink
  losses: Record<string, number>
  rows<Row = Record<string, unknown>>(select: string): Promise<Row[]>
  count(): Promise<number>
  clear(): Promise<void>
  close(): void
  folder: string
}

const settingsClause = (settings: Record<string, string | number>): string => {
  const all = Object.entries(settings).map(
    ([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value.replaceAll(/['\\]/g, '\\$&')}'`}`,
  )
  return all.length === 0 ? '' : ` SETTINGS ${all.join(', ')}`
}

export function openTestStore(): TestStore {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'))
  const session = new Session(join(folder, 'engine'))
  const losses: Record<string, number> = {}
  let spools = 0
  session.query(schema)
  const rows = async <Row>(select: string, params: Record<string, unknown> = {}, settings = {}): Promise<Row[]> => {
    const result = await session.queryBindAsync(select + settingsClause(settings), params, { format: 'JSONEachRow' })
    return result
      .text()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row)
  }
  const count = async (table = 'otel_traces'): Promise<number> =>
    Number((await rows<{ rows: string }>(`SELECT count() AS rows FROM ${table}`))[0]?.rows ?? 0)
  const sink: Sink = {
    async insertSelect(select, params = {}, settings = {}) {
      await rows('DROP TABLE IF EXISTS incoming')
      await rows('CREATE TABLE incoming AS otel_traces')
      await rows(`INSERT INTO incoming ${select}`, params, settings)
      const inserted = await count('incoming')
      if (inserted > 0) await rows('ALTER TABLE incoming MOVE PARTITION tuple() TO TABLE otel_traces')
      return inserted
    },
    query: rows,
    spoolPath: (extension) => join(folder, `spool-${++spools}.${extension}`),
    lose(id, lost) {
      losses[id] = (losses[id] ?? 0) + lost
    },
    progress() {},
  }
  return {
    sink,
    losses,
    folder,
    rows,
    count: () => count(),
    async clear() {
      await rows('TRUNCATE TABLE otel_traces')
      for (const id of Object.keys(losses)) delete losses[id]
    },
    close() {
      session.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
