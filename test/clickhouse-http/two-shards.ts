/**
 * What a cluster of two shards would make of a statement, where both shards are one engine: rows are written once, and each shard sees the half
 * of the traces that is its own. What is easily got wrong: planning and merging of what shards answer is the engine's own; that a statement
 * ON CLUSTER reaches every server, and that a row lands on the shard of its key, is only imitated.
 */

/** The column whose hash decides on the shard; tables not named here are small and whole on every shard. */
const shardedBy: Readonly<Record<string, string>> = {
  otel_traces_local: 'TraceId',
  otel_traces: 'TraceId',
  normalised: 'TraceId',
  spans: 'TraceId',
  traces: 'TraceId',
  walks: 'TraceId',
  deliveries: 'ProducerTraceId',
}

const half = (name: string): string => `half_${name}`

/** The statements that stand for `query` on the one engine; the last gives the answer. */
export function onTwoShards(query: string, database: string): string[] {
  const own = query.replace(/\s+ON CLUSTER '?two'?/, '')
  const created = /^\s*CREATE (?:TABLE|VIEW)(?: IF NOT EXISTS)? (?:`?(\w+)`?\.)?`?(\w+)`?/.exec(own)
  const column = shardedBy[created?.[2] ?? '']
  if (own !== query && created && column !== undefined) {
    const [, place = database, name = ''] = created
    const filter = `cityHash64(${column}) % greatest(shardCount(), 1) = shardNum() - 1`
    return [own, `CREATE VIEW IF NOT EXISTS ${place}.${half(name)} AS SELECT * FROM ${place}.${name} WHERE ${filter}`]
  }
  return [own]
}

/** Names of what a shard sees of a table. */
export { half, shardedBy }
