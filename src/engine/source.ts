/**
 * The user's table as `otel_traces`: what kind it is, where its rows lie, and the SELECT that makes the columns of it.
 * What is easily got wrong: which traces a service took part in can be told on a shard only where traces are whole there.
 */
import {
  kindOf,
  selectionSql,
  sourceSelect,
  spanTables,
  type Selection,
  type SpanTable,
} from '../importers/tables/index.js'
import { clusterTable, onShards, shardsOf, type Shards } from '../store/clickhouse/placement.js'
import type { ClickHouseStore, SourceColumn } from '../store/cluster.js'

export interface Source {
  kind: SpanTable
  found: SourceColumn[]
  /** SELECT of the columns of otel_traces. */
  select: string
  /** The same from the part of one shard, where shards do it each for itself. */
  onShard?: { shards: Shards; select: string }
  /** What may be asked for conditions of its own columns, and the conditions of the selection. */
  from: string
  where: string
  /** Where the rows lie, in words. */
  placed: string
}

export async function sourceOf(store: ClickHouseStore, selection: Selection): Promise<Source> {
  const found = await store.columns()
  const kind = kindOf(spanTables, found, store.address.shown)
  const engine = await store.engineOfTable()
  const shards = shardsOf(store.address, engine, kind.traceId)
  // A table that is named with a cluster, and is not distributed itself, is one shard's part.
  const from = shards && !engine.startsWith('Distributed') ? clusterTable(shards) : store.table
  const common = { kind, found, from, where: selectionSql(kind, from, selection) }
  if (!shards) return { ...common, select: sourceSelect(kind, found, from, selection), placed: 'on one server' }
  const placed = `on the shards of ${shards.cluster}, ${shards.byTrace ? 'each trace on one' : 'traces on any of them'}`
  if (!shards.byTrace && selection.services.length > 0)
    return { ...common, select: sourceSelect(kind, found, from, selection), placed }
  const part = sourceSelect(kind, found, shards.local, selection, true)
  return { ...common, select: `SELECT * FROM ${onShards(shards, part)}`, onShard: { shards, select: part }, placed }
}
