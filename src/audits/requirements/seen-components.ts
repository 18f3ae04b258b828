/**
 * What a charter could declare and the evidence shows: services, stores, caches and destinations, each once, with who uses it.
 * Left out is what has no name of its own: spans without a service name, stores without an address, queues with a generated name.
 */
import { grouped } from '../../lib/grouped.js'
import type { ComponentRow } from '../../model/charter.js'
import type { SurveyRows } from '../../survey/rows.js'
import { isNamed } from '../services/service-owners.js'

export interface SeenComponent {
  kind: ComponentRow['kind']
  name: string
  spans: number
  /** Traces that show it: where several services use it, those of the one that has most. */
  traces: number
  /** Services that use it, sorted; none for a service. */
  users: string[]
  traceIds: string[]
}

const cacheSystems = new Set(['redis', 'rediss', 'valkey', 'memcached'])

const mostTraces = 10

type Use = Pick<SurveyRows['storeUse'][number], 'service' | 'spans' | 'traces' | 'traceIds'>

function usedBy(kind: ComponentRow['kind'], name: string, uses: readonly Use[]): SeenComponent {
  return {
    kind,
    name,
    spans: uses.reduce((sum, use) => sum + use.spans, 0),
    traces: Math.max(...uses.map((use) => use.traces)),
    users: [...new Set(uses.map((use) => use.service))].sort(),
    traceIds: [...new Set(uses.flatMap((use) => use.traceIds))].slice(0, mostTraces),
  }
}

export function seenComponents({
  services,
  storeUse,
  destinationUse,
}: Pick<SurveyRows, 'services' | 'storeUse' | 'destinationUse'>): SeenComponent[] {
  const stores = storeUse.filter((row) => row.known === 1)
  const destinations = destinationUse.filter((row) => row.destination !== '' && row.name !== '{id}')
  return [
    ...services
      .filter((row) => isNamed(row.service))
      .map((row) => ({ ...usedBy('service', row.service, [row]), users: [] })),
    ...[...grouped(stores, (row) => row.store)].map(([store, uses]) =>
      usedBy(uses.some((use) => cacheSystems.has(use.system)) ? 'cache' : 'store', store, uses),
    ),
    ...[...grouped(destinations, (row) => row.destination)].map(([name, uses]) => usedBy('destination', name, uses)),
  ]
}
