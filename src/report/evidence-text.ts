/** What a source gave, in words: `58,778 spans`, `20,000 commands of a cache and 6 observations of a cache`. */
import { rowKinds, type RowKind } from '../model/importer.js'
import type { EvidenceReport } from '../model/report.js'
import { countText } from './quantity-text.js'

const words: Record<RowKind, [one: string, many: string]> = {
  spans: ['span', 'spans'],
  commands: ['command of a cache', 'commands of a cache'],
  keys: ['sampled key', 'sampled keys'],
  servers: ['observation of a cache', 'observations of a cache'],
  queues: ['observation of a queue', 'observations of queues'],
  contracts: ['promised operation', 'promised operations'],
}

/** Spans are told even when there are none, unless something else was read. */
export function rowsText(rows: EvidenceReport['rows']): string {
  const given = rowKinds.filter((kind) => (rows[kind] ?? 0) > 0)
  return (given.length === 0 ? (['spans'] as const) : given)
    .map((kind) => countText(rows[kind] ?? 0, ...words[kind]))
    .join(', ')
}

/** Rows of all kinds. */
export function rowsOf({ rows }: Pick<EvidenceReport, 'rows'>): number {
  return rowKinds.reduce((sum, kind) => sum + (rows[kind] ?? 0), 0)
}
