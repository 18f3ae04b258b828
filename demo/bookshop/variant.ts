/**
 * Which of the two bookshops this process belongs to. Both run the same code: a fault is a branch on `planted`, named after
 * the audit that should find it, and the other side of the branch is what the audit's `fix` asks for.
 */
export type Variant = 'flawed' | 'mended'

/** Every fault that is built in: the audit's id. What each does and where it shows is told in faults.ts. */
export const faultIds = [
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
  'swallowed-error',
  'retry-storm',
  'missing-circuit-breaker',
  'hard-coded-endpoint',
  'shared-database',
  'shared-table',
  'n-plus-one-query',
  'slow-query',
  'dual-write',
  'orphan-span',
  'broken-root',
  'lost-context',
  'unlinked-consumer',
  'dark-component',
  'unusable-attributes',
  'unnamed-service',
  'unbounded-span-names',
  'clock-skew',
  'sensitive-data',
  'thin-sample',
  'low-hit-ratio',
  'write-heavy-cache',
  'one-hit-wonders',
  'hot-key',
  'missing-ttl',
  'synchronised-expiry',
  'missing-invalidation',
  'cache-stampede',
  'stacked-caches',
  'hard-cache-dependency',
  'shared-cache',
  'oversized-value',
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
] as const

export type FaultId = (typeof faultIds)[number]

export const variant: Variant = process.env.BOOKSHOP_VARIANT === 'mended' ? 'mended' : 'flawed'

/** BOOKSHOP_FAULTS names the only faults to plant, separated by commas; without it the flawed shop has all of them. */
const chosen = new Set<string>(process.env.BOOKSHOP_FAULTS?.split(',') ?? faultIds)

export function planted(fault: FaultId): boolean {
  return variant === 'flawed' && chosen.has(fault)
}
