/**
 * A service of which there is one, and without which most requests fail.
 *
 *     requests ──▶ storefront ×3 ──▶ sessions ×1 ──▶ …        one restart, and nobody is logged in
 *
 * Instances are counted at the same time: one that took the place of another is no second one. What the charter declares to be
 * replicated is, even if the second instance stood idle. A recording in which nothing is replicated is a developer's machine
 * and says nothing about production. Confused with: distributed-monolith (many services are needed, however many there are of each).
 */
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { fitsGlob } from '../../lib/place-pattern.js'
import { largest, sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { isNamed } from './service-owners.js'

const limits = {
  requestShare: {
    default: 0.5,
    unit: 'ratio',
    why: 'What half of the requests wait for is the system, as far as its users can tell.',
    source: 'house',
  },
  requests: {
    default: 100,
    unit: 'traces',
    why: 'Fewer requests do not show what requests need.',
    source: 'house',
  },
  entries: {
    default: 50,
    unit: 'spans',
    why: 'A second instance that takes its share of the load shows up within so many entries.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<
  SurveyRows & CharterRows,
  'neededServices' | 'walked' | 'requests' | 'instances' | 'services' | 'charterComponents'
>
type Limits = Record<keyof typeof limits, number>

const busy = {
  requests: [{ service: 'storefront', operation: 'GET /', role: 'server', traces: 200 }],
  walked: [{ rootService: 'storefront', rootOperation: 'GET /', traces: 50 }],
  services: [
    { service: 'storefront', entries: 200 },
    { service: 'sessions', entries: 120 },
  ],
  instances: [
    { service: 'storefront', instances: 3, atOnce: 3, entries: 200 },
    { service: 'sessions', instances: 1, atOnce: 1, entries: 120 },
  ],
}
const needed = (traces: number) => [
  { rootService: 'storefront', rootOperation: 'GET /', service: 'storefront', traces: 50 },
  { rootService: 'storefront', rootOperation: 'GET /', service: 'sessions', traces, traceIds: ['a1'] },
]

export const singlePointOfFailure = defineAudit<Needs, typeof limits>({
  id: 'single-point-of-failure',
  family: 'services',
  title: 'What most requests wait for runs more than once',
  failureTitle: 'Most requests wait for a service that runs in one instance',
  definition:
    'At least half of the root requests wait for a service of which one instance is seen at any time, in evidence in which other services run in several; or of which the charter declares one replica while no second one is seen. What the charter declares with two replicas or more is left out.',
  why: 'One instance is gone for minutes whenever its node is drained, its memory runs out or a release goes wrong, and with it every request that waits for it. Two instances turn each of these into a little less capacity. Half of the requests is a house figure.',
  fix: 'Run two instances or more, on different nodes (topology spread constraints or anti-affinity), with a disruption budget and a readiness probe. What keeps it from that is usually state in memory or on disk: move it into a store, or make it rebuildable. If there are two and the second one stands idle, say so in the charter: services: { sessions: { replicas: 2 } }.',
  verify:
    'Kill one instance under load: requests go on. In the traces the service shows two values of service.instance.id.',
  needs: ['neededServices', 'walked', 'requests', 'instances', 'services', 'charterComponents'],
  limits,
  references: [
    {
      title: 'Reliability Pillar, AWS Well-Architected Framework',
      url: 'https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/welcome.html',
    },
    {
      title: 'Kubernetes: topology spread constraints',
      url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'half of the requests wait for the only instance',
        rows: { ...busy, neededServices: needed(25) },
        severities: ['warning'],
      },
      {
        name: 'one replica is declared, and nothing is replicated where this was recorded',
        rows: {
          ...busy,
          instances: busy.instances.map((row) => ({ ...row, instances: 1, atOnce: 1 })),
          neededServices: needed(50),
          charterComponents: [{ kind: 'service', place: 'sessions', replicas: 1 }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      { name: 'twelve of twenty-five requests', rows: { ...busy, neededServices: needed(24) } },
      {
        name: 'ninety-nine requests',
        rows: { ...busy, requests: [{ ...busy.requests[0], traces: 99 }], neededServices: needed(50) },
      },
      {
        name: 'entries too few to have met a second instance',
        rows: {
          ...busy,
          instances: busy.instances.map((row) => ({ ...row, entries: row.atOnce === 1 ? 49 : row.entries })),
          neededServices: needed(50),
        },
      },
      {
        name: 'nothing is replicated where this was recorded',
        rows: {
          ...busy,
          instances: busy.instances.map((row) => ({ ...row, instances: 1, atOnce: 1 })),
          neededServices: needed(50),
        },
      },
      {
        name: 'two replicas are declared, one stands idle',
        rows: {
          ...busy,
          neededServices: needed(50),
          charterComponents: [{ kind: 'service', place: 'sessions', replicas: 2 }],
        },
      },
      {
        name: 'one is declared, two are seen',
        rows: {
          ...busy,
          instances: busy.instances.map((row) => ({ ...row, instances: 2, atOnce: 2 })),
          neededServices: needed(50),
          charterComponents: [{ kind: 'service', place: 'sessions', replicas: 1 }],
        },
      },
      {
        name: 'the load generator, which nobody asks for anything',
        rows: {
          ...busy,
          services: [{ service: 'sessions', entries: 0 }],
          neededServices: needed(50),
        },
      },
    ],
  },
  evidence: (rows, limit) => {
    const requests = sum(requestRoots(rows), (row) => row.traces)
    const asked = askedServices(rows)
    const known = asked.filter((service) => countOf(rows, service, limit) !== 'unknown')
    const anyInstance = rows.instances.length > 0
    return {
      applicable: true,
      samples: requests >= limit.requests ? known.length : 0,
      least: 1,
      of: 'services of which it is known how many instances run',
      advice:
        requests < limit.requests
          ? `Record at least ${limit.requests} requests.`
          : anyInstance
            ? 'No service runs in two instances here, as on a developer’s machine: record where services are replicated, or declare it in the charter (services: { payments: { replicas: 2 } }).'
            : 'Let the resource of each service carry service.instance.id, or declare replicas in the charter (services: { payments: { replicas: 2 } }).',
      blind:
        known.length === 0
          ? []
          : asked.filter((service) => !known.includes(service)).map((service) => `${service}: instances unknown`),
    }
  },
  audit: (rows, limit) => {
    const roots = requestRoots(rows)
    const total = sum(roots, (row) => row.traces)
    return askedServices(rows).flatMap((service): FindingDraft[] => {
      const count = countOf(rows, service, limit)
      const share = total > 0 ? requestsThatWait(rows, service) / total : 0
      // a hair of tolerance: the share is a sum of quotients
      if (count === 'unknown' || count === 'several' || share < limit.requestShare - 1e-9) return []
      const waiting = rows.neededServices
        .filter((row) => row.service === service)
        .toSorted((a, b) => b.traces - a.traces || (a.rootOperation < b.rootOperation ? -1 : 1))
      return [
        {
          severity: 'warning',
          message: `${percent(share)} of the requests wait for ${service}, ${count === 'declared' ? 'of which one replica is declared' : 'of which one instance was seen at a time, while other services run in several'}.`,
          where: { service },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.requestShare, unit: 'ratio' },
          share,
          proof: { traceIds: waiting[0]?.traceIds ?? [], spanIds: [], samples: total },
        },
      ]
    })
  },
})

/** Jobs and consumers are no requests: nobody waits for them. */
function requestRoots({ requests }: Needs): Needs['requests'] {
  return requests.filter((row) => row.role === 'server' || row.role === 'client')
}

/** Services that are asked for something: browsers and load generators are not. */
function askedServices({ services }: Needs): string[] {
  return services.filter((row) => row.entries > 0 && isNamed(row.service)).map((row) => row.service)
}

type Count = 'several' | 'declared' | 'seen' | 'unknown'

/** Whether there is one of a service or several, and who says so. */
function countOf({ instances, charterComponents }: Needs, service: string, limit: Limits): Count {
  const declared = largest(
    charterComponents.filter((row) => row.kind === 'service' && fitsGlob(row.place, service)),
    (row) => row.replicas,
  )
  const seen = instances.find((row) => row.service === service)
  if (declared > 1 || (seen?.atOnce ?? 0) > 1) return 'several'
  if (declared === 1) return 'declared'
  if (!seen || seen.entries < limit.entries) return 'unknown'
  return instances.some((row) => row.atOnce > 1) ? 'seen' : 'unknown'
}

/** Root requests that wait for a service, from the share of them in the walked sample. */
function requestsThatWait(rows: Needs, service: string): number {
  const walked = grouped(rows.walked, (row) => JSON.stringify([row.rootService, row.rootOperation]))
  const needs = grouped(
    rows.neededServices.filter((row) => row.service === service),
    (row) => JSON.stringify([row.rootService, row.rootOperation]),
  )
  return sum(requestRoots(rows), (root) => {
    const key = JSON.stringify([root.service, root.operation])
    const sample = walked.get(key)?.[0]
    const need = needs.get(key)?.[0]
    return sample && need && sample.traces > 0 ? (root.traces * need.traces) / sample.traces : 0
  })
}
