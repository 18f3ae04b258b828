/** Which audits can be judged over days that were put together from what was kept of them. */
import type { AnyAudit } from '../model/audit.js'
import { dailyRelations, type DailyRelation } from '../survey/daily.js'
import type { RelationName } from '../survey/survey.js'

const isKept = (need: string): need is DailyRelation => dailyRelations.some((name) => name === need)

/** Of what files and servers beside the traces say: over a table of spans they have no rows, on any day. */
const ofOtherEvidence: ReadonlySet<string> = new Set<RelationName>(['brokerQueues', 'cacheServers', 'contracts'])

/** Relations that an audit needs and that are known of the last day only. */
export const notKept = ({ needs }: Pick<AnyAudit, 'needs'>): string[] =>
  needs.filter((need) => !isKept(need) && !need.startsWith('charter') && !ofOtherEvidence.has(need))

/** By relations that are kept, and what a charter says. */
export const goesOverAllDays = (audit: Pick<AnyAudit, 'needs'>): boolean => notKept(audit).length === 0
