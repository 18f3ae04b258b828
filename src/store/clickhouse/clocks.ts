/**
 * What time it is, by every clock that has a say: this machine's, the asked server's and, where a cluster is known, those of all its replicas.
 * They are asked once a run, and whatever depends on the time goes by the answer: no query calls now().
 * What is easily got wrong: clocks differ. What must be over is over only when the slowest clock says so; what is to go later is reckoned
 * from the fastest.
 */
import type { Server } from './server.js'
import { quotedText } from './work-tables.js'

/** Milliseconds since 1970. */
export interface Clocks {
  earliestMs: number
  latestMs: number
  /** Of the server that was asked; names of databases go by it. */
  serverMs: number
}

/** `cluster` is its name; empty where none is known. A replica that does not answer has no say. */
export async function readClocks(source: Server, cluster: string): Promise<Clocks> {
  const here = await source.rows<{ ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS ms', { name: 'clock' })
  const serverMs = here[0]?.ms ?? Date.now()
  // now() would be that of the asked server everywhere; what goes by the block is reckoned where the block is.
  const all =
    cluster === ''
      ? []
      : await source
          .rows<{ ms: number }>(
            `SELECT max(toUnixTimestamp(nowInBlock())) * 1000 AS ms
            FROM clusterAllReplicas(${quotedText(cluster)}, system.one) GROUP BY hostName(), shardNum()`,
            { name: 'clocks of the replicas', settings: { skip_unavailable_shards: 1 } },
          )
          .catch(() => [])
  const times = [Date.now(), serverMs, ...all.map(({ ms }) => ms)]
  return { earliestMs: Math.min(...times), latestMs: Math.max(...times), serverMs }
}
