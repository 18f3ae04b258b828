/**
 * The places that a target speaks of, with their durations and failures: root requests, calls, stores or destinations.
 * A glob of requests means what users ask for: jobs and consumers that start a trace are only meant when they are named.
 */
import { grouped } from '../../lib/grouped.js'
import { fitsDestination, fitsGlob, fitsStore, namespaceAndRest } from '../../lib/place-pattern.js'
import { sum } from '../../lib/totals.js'
import type { Place } from '../../model/finding.js'
import type { CallsRow } from '../../survey/rows.js'
import type { MeasuredRows, Target } from './targets.js'
import { toldName } from './told-names.js'

export interface Subject {
  where: Place
  name: string
  /** What is counted: `requests`, `calls`. */
  of: string
  samples: number
  errors: number
  /** Undefined where the evidence does not tell. */
  quantilesMs: { p50?: number; p95?: number; p99?: number }
  share: number
  traceIds: string[]
  spanIds: string[]
  /** Why its numbers cannot be trusted; blank when they can. */
  doubt: string
}

/** Of a hundred requests, this many may lack their root before durations are those of something else. */
const mostRootless = 0.01

export function subjects(target: Target, survey: MeasuredRows): Subject[] {
  if (target.scopeKind === 'data') return stores(target, survey)
  if (target.scopeKind === 'destination') return destinations(target, survey)
  if (target.scopeKind === 'pair') {
    const [from = '', to = ''] = target.scope.split('->').map((side) => side.trim())
    return called(
      survey.calls.filter((row) => fitsGlob(from, row.caller) && fitsGlob(to, row.callee)),
      survey,
    )
  }
  const asked = requestsWithin(target, survey)
  if (asked.length > 0) return asked
  // A service that nobody asks from outside is measured where its callers wait for it.
  if (target.service === '' || target.service === '*') return []
  return called(
    survey.calls.filter((row) => fitsGlob(target.service, row.callee) && fitsGlob(target.scope, row.operation)),
    survey,
  )
}

interface Asked {
  service: string
  operation: string
  role: string
}

/** Rows of root operations that a target of requests means. */
export function rootsWithin<Row extends Asked>({ scope, service }: Target, rows: readonly Row[]): Row[] {
  const fitting = rows.filter((row) => fitsGlob(scope, row.operation) && fitsGlob(service || '*', row.service))
  if (!scope.includes('*')) return fitting
  const fromOutside = fitting.filter((row) => row.role === 'server' || row.role === 'client')
  return fromOutside.length > 0 ? fromOutside : fitting
}

function requestsWithin(target: Target, { requests, overview }: MeasuredRows): Subject[] {
  const traces = overview[0]?.traces ?? 0
  return rootsWithin(target, requests).map((row) => ({
    where: { service: row.service, operation: row.operation },
    name: `${toldName(row.operation)} of ${toldName(row.service)}`,
    of: 'requests',
    samples: row.traces,
    errors: row.errors,
    quantilesMs: { p50: row.p50Ms, p95: row.p95Ms, p99: row.p99Ms },
    share: traces > 0 ? row.traces / traces : 0,
    traceIds: row.traceIds,
    spanIds: [],
    doubt:
      row.rootless > mostRootless * row.traces
        ? `${row.rootless} of its ${row.traces} traces lack their root, so nobody knows how long they took`
        : '',
  }))
}

function called(rows: readonly CallsRow[], { overview }: MeasuredRows): Subject[] {
  const traces = overview[0]?.traces ?? 0
  return rows.map((row) => ({
    where: { service: row.caller, peer: row.callee, operation: row.operation },
    name: `${toldName(row.operation)} of ${toldName(row.callee)} as called by ${toldName(row.caller)}`,
    of: 'calls',
    samples: row.calls,
    errors: row.errors,
    quantilesMs: { p50: row.p50Ms, p95: row.p95Ms, p99: row.p99Ms },
    share: traces > 0 ? row.traces / traces : 0,
    traceIds: row.traceIds,
    spanIds: row.spanIds.slice(0, 1),
    doubt: '',
  }))
}

/** Whole stores only: what is measured per table or key is not summed up in any relation. */
function stores({ scope, service }: Target, { storeUse, overview }: MeasuredRows): Subject[] {
  if (namespaceAndRest(scope).rest.replace('*', '') !== '') return []
  const traces = overview[0]?.traces ?? 0
  return storeUse
    .filter((use) => fitsStore(scope, use.store) && fitsGlob(service || '*', use.service))
    .map((use) => ({
      where: { service: use.service, store: use.store },
      name: `${toldName(use.store)} as used by ${toldName(use.service)}`,
      of: 'queries',
      samples: use.spans,
      errors: use.errors,
      quantilesMs: { p50: use.p50Ms, p95: use.p95Ms },
      share: traces > 0 ? use.traces / traces : 0,
      traceIds: use.traceIds,
      spanIds: [],
      doubt: '',
    }))
}

/** Failures of consumers; how long a message may take from end to end is in no relation, so durations stay unknown. */
function destinations({ scope, service }: Target, { destinationUse, overview }: MeasuredRows): Subject[] {
  const traces = overview[0]?.traces ?? 0
  const consumed = destinationUse.filter(
    (use) =>
      use.role === 'consumer' && fitsDestination(scope, use.destination) && fitsGlob(service || '*', use.service),
  )
  return [...grouped(consumed, (use) => JSON.stringify([use.service, use.destination])).values()].flatMap((uses) => {
    const [use] = uses
    if (!use) return []
    return [
      {
        where: { service: use.service, destination: use.destination },
        name: `${toldName(use.destination)} as consumed by ${toldName(use.service)}`,
        of: 'messages',
        samples: sum(uses, (row) => row.spans),
        errors: sum(uses, (row) => row.errors),
        quantilesMs: {},
        share: traces > 0 ? sum(uses, (row) => row.traces) / traces : 0,
        traceIds: use.traceIds,
        spanIds: [],
        doubt: '',
      },
    ]
  })
}
