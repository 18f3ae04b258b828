/** Audits as the loader knows them: fixed here, so that no golden message changes when an audit gains a limit. */
import type { KnownAudit } from '../../src/charter/limit-rows.js'

export const knownAudits: readonly KnownAudit[] = [
  {
    id: 'chatty-pair',
    limits: [
      { id: 'callsPerRequest', unit: 'calls/request' },
      { id: 'requests', unit: 'traces' },
    ],
  },
  {
    id: 'slow-query',
    limits: [
      { id: 'duration', unit: 'ms' },
      { id: 'times', unit: 'count' },
    ],
  },
  {
    id: 'over-built',
    limits: [
      { id: 'factor', default: 10, unit: 'ratio' },
      { id: 'share', default: 0.8, unit: 'ratio' },
    ],
  },
  { id: 'shared-database', limits: [] },
]
