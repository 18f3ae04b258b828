/**
 * The order of messages, and how old they are when they are handled. A key lies in one partition: what is in order within a partition or
 * a queue is in order by key, and what is out of order by key is so by partition. Neither can be turned round.
 */
import { fitsGlob } from '../../lib/place-pattern.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { coversDestination } from './covers-destination.js'
import { figure, read, type Outcome, type Seen, type Target } from './targets.js'
import { toldName } from './told-names.js'

export type MessageRows = Pick<SurveyRows, 'orderings' | 'flows' | 'overview'>

/** Without one among so many, pairs out of order are rarer than one in a hundred. */
const leastPairs = 300
/** Samples of a 99th percentile. */
const leastMessages = 300
/** Clocks that differ by a hundredth of what is allowed do not change the answer. */
const mostSkew = 0.01

export function orders(target: Target, { orderings, overview }: MessageRows): Outcome[] {
  if (target.scopeKind !== 'destination') return []
  const byKey = target.order !== 'by-partition'
  const traces = overview[0]?.traces ?? 0
  return orderings
    .filter((row) => coversDestination(target.scope, row.destination) && fitsGlob(target.service || '*', row.consumer))
    .map((row): Outcome => {
      const name = `${toldName(row.destination)} as handled by ${toldName(row.consumer)}`
      const refutes = byKey ? row.lane === 'key' : true
      const proves = byKey || row.lane !== 'key'
      const seen: Seen = {
        where: { service: row.consumer, destination: row.destination },
        samples: row.pairs,
        share: traces > 0 ? row.traces / traces : 0,
        traceIds: row.traceIds,
        spanIds: row.spanIds.slice(0, 1),
      }
      const text = `${name} has ${row.outOfOrder} of ${row.pairs} pairs of messages of one ${row.lane} out of order`
      if (row.outOfOrder > 0)
        return refutes ? { reading: read(target, seen, 0, text) } : { thin: `${text}, and no span tells their keys` }
      if (!proves) return { thin: `${name}: no span tells the partition` }
      if (row.pairs < leastPairs) {
        const apart = row.apart > 0 ? ` (${row.apart} were handled by two instances, whose clocks may differ)` : ''
        return { thin: `${name}: ${row.pairs} pairs of messages that can be compared${apart}, needs ${leastPairs}` }
      }
      return { reading: read(target, seen, 1, text) }
    })
}

/** From publishing to handling, at the 99th percentile. */
export function delays(target: Target, { flows, overview }: MessageRows): Outcome[] {
  if (target.scopeKind !== 'destination') return []
  const traces = overview[0]?.traces ?? 0
  return flows
    .filter((row) => coversDestination(target.scope, row.destination) && fitsGlob(target.service || '*', row.consumer))
    .map((row): Outcome => {
      const name = `${toldName(row.destination)} as handled by ${toldName(row.consumer)}`
      if (row.matched < leastMessages)
        return { thin: `${name}: ${row.matched} messages of which the publish was seen, needs ${leastMessages}` }
      if (row.leastDelayMs < -mostSkew * target.value) {
        return { thin: `${name}: the clocks of both sides differ by ${figure(-row.leastDelayMs, 'ms')} at least` }
      }
      const seen: Seen = {
        where: { service: row.consumer, destination: row.destination },
        samples: row.matched,
        share: traces > 0 ? Math.min(1, sum([row], (each) => each.messages) / traces) : 0,
        traceIds: row.traceIds,
        spanIds: row.spanIds.slice(0, 1),
      }
      const text = `${name} is ${figure(row.p99DelayMs, 'ms')} old (99th percentile of ${row.matched} messages)`
      return { reading: read(target, seen, row.p99DelayMs, text) }
    })
}
