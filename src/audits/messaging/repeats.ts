/**
 * What a message that was processed twice says, and what it does not: a subscription of which every process gets its own copy (a broadcast
 * to caches, say) processes each message as often as it has processes, and that is meant.
 */
import { grouped } from '../../lib/grouped.js'
import type { SurveyRows } from '../../survey/rows.js'
import type { Flow } from './queue-places.js'

export type Repeated = SurveyRows['repeatedMessages'][number]

/** Rows of each destination and subscription. */
export function bySubscription(rows: readonly Repeated[]): Map<string, Repeated[]> {
  return grouped(rows, (row) => `${row.destination}\0${row.subscription}`)
}

/** Most messages are processed by several instances, and never twice by one. */
export function isBroadcast(flow: Pick<Flow, 'messages'> | undefined, rows: readonly Repeated[]): boolean {
  const most = (rows[0]?.repeatedMessages ?? 0) > (flow?.messages ?? 0) / 2
  return (
    most && rows.every((row) => !row.instances.includes('') && new Set(row.instances).size === row.instances.length)
  )
}
