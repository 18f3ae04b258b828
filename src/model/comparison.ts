/**
 * Two reports side by side: what is new, what is mended, and what can no longer be judged.
 * A finding that is gone is `fixed` only where the newer evidence could have shown it again; silence is not a mend.
 */
import type { Outcome } from './audit.js'
import type { Place, Severity } from './finding.js'

/** `worse` was known and has become more severe; `no-longer-evaluable` is gone together with the evidence that would show it. */
export type FindingState = 'new' | 'worse' | 'no-longer-evaluable' | 'known' | 'fixed'

/** States in the order in which people want to read them. */
export const findingStates: readonly FindingState[] = ['new', 'worse', 'no-longer-evaluable', 'known', 'fixed']

export interface ComparedFinding {
  state: FindingState
  /** Id of the audit. */
  audit: string
  fingerprint: string
  /** Of the newer report; of the baseline where the finding is gone. */
  severity: Severity
  /** Only where it is another one now. */
  severityBefore?: Severity
  message: string
  where: Place
  /** The charter waives it: no gate counts it. */
  waived: boolean
  /** Why it cannot be judged any more, or why it counts as new; blank where there is nothing to say. */
  reason: string
}

/** An audit that gave a verdict in the baseline and gives none now. */
export interface LostAudit {
  id: string
  before: Outcome
  /** `absent`: the newer report has no such audit. */
  after: Outcome | 'absent'
  reason: string
}

export interface Comparison {
  baseline: {
    /** The file as the user named it. */
    source: string
    /** Version of Faultline that wrote it. */
    version: string
    /** Of its evidence; ISO 8601 in UTC, or empty strings. */
    window: { start: string; end: string }
    spans: number
  }
  /** By state, then severity, then audit. */
  findings: ComparedFinding[]
  lostAudits: LostAudit[]
}
