/**
 * Where the rows of a table lie: on the server that is asked, or on the shards of a cluster, and whether all spans of a trace lie on one.
 * What is easily got wrong: a Distributed table has no rows. What can be done row by row, or trace by trace where traces are whole on a shard,
 * is done in a subquery that runs over there, so that fewer and narrower rows travel.
 */
import type { ClickHouseAddress } from './address.js'
import { quotedName, quotedText } from './work-tables.js'

export interface Shards {
  cluster: string
  /** The table on each shard, quoted, with its database. */
  local: string
  /** Whether a trace is whole on its shard. */
  byTrace: boolean
}

const distributedEngine = /^Distributed\('([^']+)', '([^']*)', '([^']+)'(?:, (.+?))?\)(?: SETTINGS .*)?$/

/** Name of the cluster on which a table lies, from its engine as the server tells it, or from the address; empty when none is known. */
export const clusterOf = (address: ClickHouseAddress, engine: string): string =>
  distributedEngine.exec(engine)?.[1] ?? address.cluster

/** Shards behind a table, from its engine as the server tells it, or from what the address says; undefined when it lies on one server. */
export function shardsOf(address: ClickHouseAddress, engine: string, traceId: string): Shards | undefined {
  const distributed = distributedEngine.exec(engine)
  if (distributed) {
    const [, cluster = '', database = '', table = '', key = ''] = distributed
    const names = [...key.matchAll(/\w+/g)].map(([name]) => name)
    // A hash of the id and of nothing else.
    const isTrace =
      names.includes(traceId) &&
      names.every(
        (name) =>
          name === traceId ||
          /^(?:cityHash64|sipHash64|xxHash64|xxh3|murmurHash\w+|intHash64|halfMD5|farmHash64|lower|toString)$/.test(
            name,
          ),
      )
    return {
      cluster,
      local: `${quotedName(database === '' ? address.database : database)}.${quotedName(table)}`,
      byTrace: address.shardedByTrace ?? isTrace,
    }
  }
  if (address.cluster === '') return undefined
  return {
    cluster: address.cluster,
    local: `${quotedName(address.database)}.${quotedName(address.table)}`,
    byTrace: address.shardedByTrace ?? false,
  }
}

/** A SELECT that runs on each shard, as a table. */
export const onShards = ({ cluster }: Shards, select: string): string =>
  `cluster(${quotedText(cluster)}, view(${select}))`

/** An INSERT … SELECT whose SELECT, from the user's table alone, runs on each shard; undefined when it is none. */
export function filledOnShards(shards: Shards, sql: string): string | undefined {
  const found = /^INSERT INTO normalised \(([^)]*)\) (SELECT [^]*)$/.exec(sql.trim())
  return found
    ? `INSERT INTO normalised (${found[1]}) SELECT ${found[1]} FROM ${onShards(shards, found[2] ?? '')}`
    : undefined
}

/** The table on all shards, as one. */
export const clusterTable = ({ cluster, local }: Shards): string => `cluster(${quotedText(cluster)}, ${local})`
