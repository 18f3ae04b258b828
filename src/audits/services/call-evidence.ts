/**
 * Whether a system has calls that could be judged. "No service calls another" is a claim about the system, so it takes enough traces
 * and no second service: two services and no call between them is a gap in the evidence, not a fact.
 */
import type { Evidence } from '../../model/audit.js'
import type { OverviewRow } from '../../survey/rows.js'

/** Below this nothing can be said about what a system does not have. */
const enoughTraces = 20

type Applicable = Pick<Evidence, 'applicable' | 'reason'>

/** For audits of calls between services. */
export function betweenServices([overview]: readonly OverviewRow[]): Applicable {
  const alone = overview !== undefined && overview.traces >= enoughTraces && overview.services === 1
  return { applicable: !alone, reason: 'Only one service gives off spans.' }
}

/** For audits of calls to anybody, external addresses included. */
export function toAnybody([overview]: readonly OverviewRow[]): Applicable {
  const { applicable } = betweenServices(overview ? [overview] : [])
  return {
    applicable: applicable || (overview?.clientSpans ?? 0) > 0,
    reason: 'Only one service gives off spans, and it calls nobody.',
  }
}
