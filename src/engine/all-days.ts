/** Which audits can be judged over days that were put together from what was kept of them. */
import type { AnyAudit } from '../model/audit.js'
import { dailyRelations, type DailyRelation } from '../survey/daily.js'

const isKept = (need: string): need is DailyRelation => dailyRelations.some((name) => name === need)

/** By relations that are kept, and what a charter says. */
export function goesOverAllDays(audit: Pick<AnyAudit, 'needs'>): boolean {
  return audit.needs.every((need) => isKept(need) || need.startsWith('charter'))
}
