/** Audits as the loader knows them: fixed here, so that no golden message changes when an audit gains a limit. */
import type { KnownAudit } from '../../src/charter/limit-rows.js'

export const knownAudits: readonly KnownAudit[] = [
  {
    id: 'chatty-pair',
    limits: {
      callsPerRequest: { default: 15, unit: 'calls/request' },
      requests: { default: 20, unit: 'traces' },
    },
  },
  { id: 'slow-query', limits: { duration: { default: 500, unit: 'ms' }, times: { default: 3, unit: 'count' } } },
  { id: 'over-built', limits: { factor: { default: 10, unit: 'ratio' }, share: { default: 0.8, unit: 'ratio' } } },
  { id: 'shared-database', limits: {} },
]
