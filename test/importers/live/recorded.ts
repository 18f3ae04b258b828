/** A sink that keeps rows in memory, options as gentle as a test can wait for, and what a live importer tells. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { liveImporterOf } from '../../../src/importers/live/index.js'
import type { CacheKeyRow, CacheServerRow } from '../../../src/importers/common/cache-rows.js'
import { lossOf } from '../../../src/importers/losses.js'
import { UnreadableEvidence, type LiveOptions, type Sink } from '../../../src/model/importer.js'

export interface Recorded {
  servers: CacheServerRow[]
  keys: CacheKeyRow[]
  losses: Record<string, number>
  gained: Record<string, number>
  /** Lines that the user was told. */
  told: string[]
  /** Set when the server could not be read at all. */
  error?: UnreadableEvidence
}

/** Reads an address; anything but `UnreadableEvidence` is thrown. */
export async function readAddress(address: string, options: Partial<LiveOptions> = {}): Promise<Recorded> {
  const recorded: Recorded = { servers: [], keys: [], losses: {}, gained: {}, told: [] }
  const sink = recordingSink(recorded)
  try {
    await liveImporterOf(address).read(address, sink, {
      monitorSeconds: 0,
      forSeconds: 0,
      commandsPerSecond: 100_000,
      signal: new AbortController().signal,
      report: (line) => recorded.told.push(line),
      ...options,
    })
  } catch (error) {
    if (!(error instanceof UnreadableEvidence)) throw error
    recorded.error = error
  }
  return recorded
}

function recordingSink(recorded: Recorded): Sink {
  return {
    insertSelect: () => Promise.reject(new Error('a server gives no spans')),
    insertInto: () => Promise.reject(new Error('a server gives few rows')),
    insertRows(table, rows) {
      if (table === 'cache_servers') recorded.servers.push(...(rows as CacheServerRow[]))
      else if (table === 'cache_keys') recorded.keys.push(...(rows as CacheKeyRow[]))
      else throw new Error(`rows for ${table}`)
      return Promise.resolve()
    },
    gain(rows, of = 'spans') {
      recorded.gained[of] = (recorded.gained[of] ?? 0) + rows
    },
    query: () => Promise.resolve([]),
    spoolPath: (extension) => join(tmpdir(), `faultline-test-${process.pid}.${extension}`),
    lose(id, count) {
      lossOf(id)
      if (count > 0) recorded.losses[id] = (recorded.losses[id] ?? 0) + count
    },
    progress: () => {},
  }
}
