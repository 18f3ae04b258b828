/**
 * The six families and every audit id of the catalogue, so that a report can say what nobody has looked at yet.
 * An id here is a promise, not an audit: what exists is the list in audits/.
 */
import type { AuditReport, FamilyReport } from '../model/report.js'
import type { FamilyId, Outcome } from '../model/audit.js'
import { familyScore } from './score.js'

export interface Family {
  id: FamilyId
  title: string
  /** What goes wrong in this family, in one sentence. */
  summary: string
  /** Ids of the catalogue, in its order. */
  catalogue: readonly string[]
}

export const families: readonly Family[] = [
  {
    id: 'requirements',
    title: 'Decisions without reasons',
    summary: 'Decisions without reasons, and requirements that nobody measures.',
    catalogue: [
      'unjustified-decision',
      'unmeasurable-requirement',
      'missed-requirement',
      'unproven-requirement',
      'contradicted-decision',
      'expired-decision',
      'undeclared-component',
      'phantom-component',
      'over-built',
    ],
  },
  {
    id: 'caching',
    title: 'The cache-all antipattern',
    summary: 'Caches that do not pay for themselves, or that take the system down when they are cold.',
    catalogue: [
      'low-hit-ratio',
      'cache-costs-more',
      'write-heavy-cache',
      'one-hit-wonders',
      'hot-key',
      'missing-ttl',
      'synchronised-expiry',
      'missing-invalidation',
      'cache-stampede',
      'cold-start-overload',
      'oversized-cache',
      'stacked-caches',
      'hard-cache-dependency',
      'shared-cache',
      'oversized-value',
      'opaque-cache',
    ],
  },
  {
    id: 'services',
    title: 'The microservice maze',
    summary: 'Services that talk too much, wait in line, or cannot do without each other.',
    catalogue: [
      'chatty-pair',
      'n-plus-one-call',
      'serial-fan-out',
      'deep-chain',
      'network-tax',
      'call-cycle',
      'distributed-monolith',
      'pass-through-service',
      'missing-timeout',
      'timeout-inversion',
      'retry-storm',
      'missing-circuit-breaker',
      'hard-coded-endpoint',
      'single-point-of-failure',
      'ownerless-service',
      'team-coupling',
      'oversized-team-scope',
    ],
  },
  {
    id: 'data',
    title: 'Database separation anxiety',
    summary: 'Databases shared by stealth, queries in loops, and writes that can come apart.',
    catalogue: [
      'shared-database',
      'shared-table',
      'foreign-write',
      'cross-owner-join',
      'n-plus-one-query',
      'slow-query',
      'dual-write',
      'distributed-transaction',
      'database-as-queue',
      'undeclared-contract',
      'pull-instead-of-events',
    ],
  },
  {
    id: 'messaging',
    title: 'Async gone wrong',
    summary: 'Queues that lose, repeat, reorder or fill up without anybody watching.',
    catalogue: [
      'missing-dead-letter',
      'unattended-dead-letter',
      'growing-lag',
      'poison-message',
      'duplicate-processing',
      'non-idempotent-consumer',
      'broken-ordering',
      'sync-over-async',
      'orphan-destination',
      'event-cycle',
      'unbounded-queue',
      'lost-message',
      'chatty-events',
    ],
  },
  {
    id: 'visibility',
    title: 'Flying blind',
    summary: 'Places where nobody can see what happens.',
    catalogue: [
      'orphan-span',
      'broken-root',
      'lost-context',
      'unlinked-consumer',
      'dark-component',
      'unusable-attributes',
      'unnamed-service',
      'unbounded-span-names',
      'clock-skew',
      'swallowed-error',
      'sensitive-data',
      'thin-sample',
    ],
  },
]

/** All families in their order, with scores, outcome counts and what was not looked at. */
export function familyReports(audits: readonly AuditReport[]): FamilyReport[] {
  return families.map(({ id, title, catalogue }) => {
    const own = audits.filter((audit) => audit.family === id)
    const known = new Set(own.map((audit) => audit.id))
    const outcomes: Record<Outcome, number> = { pass: 0, fail: 0, 'not-evaluable': 0, 'not-applicable': 0, error: 0 }
    for (const audit of own) outcomes[audit.outcome] += 1
    return {
      id,
      title,
      score: familyScore(own),
      outcomes,
      notYetLooked: catalogue.filter((auditId) => !known.has(auditId)),
    }
  })
}
