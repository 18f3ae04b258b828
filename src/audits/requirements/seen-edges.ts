/**
 * Who uses whom, as far as it was seen: calls, messages, and the use of stores and destinations.
 * A side of an edge is a service, a store (`postgresql://…`) or a destination; a bare name is a destination only where no service has it.
 */
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { fitsDestination, fitsGlob, fitsTable, fitsStore, namespaceAndRest } from '../../lib/place-pattern.js'
import type { Place } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { toldName } from './told-names.js'

export type EdgeRows = Pick<
  SurveyRows,
  'services' | 'serviceEdges' | 'calls' | 'storeUse' | 'tableUse' | 'destinationUse' | 'overview'
>

export interface SeenEdge {
  where: Place
  /** The edge as a clause: `orders calls notifications 120 times`. */
  text: string
  count: number
  traces: number
  traceIds: string[]
  spanIds: string[]
}

export type SideKind = 'service' | 'store' | 'destination' | 'unseen'

export interface Side {
  kind: SideKind
  /** Spans that were seen of it. */
  spans: number
}

/** What a pattern stands for in this evidence. */
export function sideOf(pattern: string, survey: EdgeRows): Side {
  const services = survey.services.filter((row) => fitsGlob(pattern, row.service))
  if (services.length > 0) return { kind: 'service', spans: sum(services, (row) => row.spans) }
  const destinations = survey.destinationUse.filter((row) => fitsDestination(pattern, row.destination))
  if (destinations.length > 0) return { kind: 'destination', spans: sum(destinations, (row) => row.spans) }
  const stores = survey.storeUse.filter((row) => fitsStore(pattern, row.store))
  return { kind: stores.length > 0 ? 'store' : 'unseen', spans: sum(stores, (row) => row.spans) }
}

/** Synchronous use: calls of services and of addresses outside, and queries. */
export function usesBetween(from: string, to: string, survey: EdgeRows): SeenEdge[] {
  return [...callsBetween(from, to, survey), ...queriesBetween(from, to, survey)]
}

function callsBetween(from: string, to: string, { serviceEdges, calls }: EdgeRows): SeenEdge[] {
  const outside = grouped(
    calls.filter((row) => row.calleeKind !== 'service' && row.callee !== ''),
    (row) => JSON.stringify([row.caller, row.callee]),
  )
  // Rows of one operation each; their traces may be the same ones, so the largest number is the only sure one.
  const external = [...outside.values()].flatMap((rows) => {
    const [row] = rows
    if (!row) return []
    const traces = largest(rows, (each) => each.traces)
    return [{ ...row, calls: sum(rows, (each) => each.calls), traces, spanIds: row.spanIds.slice(0, 1) }]
  })
  return [...serviceEdges, ...external]
    .filter((row) => fitsGlob(from, row.caller) && fitsGlob(to, row.callee))
    .map((row) => ({
      where: { service: row.caller, peer: row.callee },
      text: `${toldName(row.caller)} calls ${toldName(row.callee)} ${row.calls} times`,
      count: row.calls,
      traces: row.traces,
      traceIds: row.traceIds,
      spanIds: row.spanIds,
    }))
}

function queriesBetween(from: string, to: string, { storeUse, tableUse }: EdgeRows): SeenEdge[] {
  if (!to.includes('://')) return []
  if (namespaceAndRest(to).rest !== '') {
    return tableUse
      .filter((row) => fitsGlob(from, row.service) && fitsTable(to, row.store, row.table))
      .map((row) => ({
        where: { service: row.service, store: row.store, table: row.table },
        text: `${toldName(row.service)} uses ${toldName(row.table)} of ${toldName(row.store)} ${row.spans} times`,
        count: row.spans,
        traces: row.traces,
        traceIds: row.traceIds,
        spanIds: row.spanIds,
      }))
  }
  return storeUse
    .filter((row) => fitsGlob(from, row.service) && fitsStore(to, row.store))
    .map((row) => ({
      where: { service: row.service, store: row.store },
      text: `${toldName(row.service)} uses ${toldName(row.store)} ${row.spans} times`,
      count: row.spans,
      traces: row.traces,
      traceIds: row.traceIds,
      spanIds: [],
    }))
}

/** Use of a destination by a service: publishes where it comes second, consumption where it comes first. */
export function destinationEdges(from: string, to: string, { destinationUse }: EdgeRows): SeenEdge[] {
  return destinationUse
    .filter((row) =>
      row.role === 'producer'
        ? fitsGlob(from, row.service) && fitsDestination(to, row.destination)
        : fitsDestination(from, row.destination) && fitsGlob(to, row.service),
    )
    .map((row) => ({
      where: { service: row.service, destination: row.destination },
      text: `${toldName(row.service)} ${row.role === 'producer' ? 'publishes to' : 'consumes from'} ${toldName(row.destination)} ${row.spans} times`,
      count: row.spans,
      traces: row.traces,
      traceIds: row.traceIds,
      spanIds: [],
    }))
}

/** Services that publish where others consume. A broker that routes between names of its own hides who gets what. */
export function messagesBetween(from: string, to: string, { destinationUse }: EdgeRows): SeenEdge[] {
  const published = destinationUse.filter((row) => row.role === 'producer' && fitsGlob(from, row.service))
  return published.flatMap((row) =>
    destinationUse
      .filter(
        (other) =>
          other.role === 'consumer' &&
          other.destination === row.destination &&
          other.service !== row.service &&
          fitsGlob(to, other.service),
      )
      .map((other) => ({
        where: { service: row.service, peer: other.service, destination: row.destination },
        text: `${toldName(row.service)} sends ${toldName(other.service)} messages through ${toldName(row.destination)}, published ${row.spans} times`,
        count: row.spans,
        traces: row.traces,
        traceIds: row.traceIds,
        spanIds: [],
      })),
  )
}

/** Whether requests get from one service to another by one that only passes them on, as a gateway or a sidecar does. */
export function forwardedBetween(from: string, to: string, { serviceEdges }: EdgeRows): boolean {
  const between = new Set(serviceEdges.filter((row) => fitsGlob(from, row.caller)).map((row) => row.callee))
  return serviceEdges.some((row) => row.forwarded > 0 && between.has(row.caller) && fitsGlob(to, row.callee))
}

/** Whether one of the two does something whose other end nobody knows: then no edge between them can be called absent. */
export function hasUnknownPeers(from: string, to: string, kind: SideKind, survey: EdgeRows): boolean {
  const { calls, storeUse, destinationUse } = survey
  if (kind === 'store') return storeUse.some((row) => row.known === 0 && fitsGlob(from, row.service))
  if (kind === 'destination') {
    return destinationUse.some((row) => row.name === '' && (fitsGlob(from, row.service) || fitsGlob(to, row.service)))
  }
  const sends = destinationUse.some((row) => row.role === 'producer' && fitsGlob(from, row.service))
  const receives = destinationUse.some((row) => row.role === 'consumer' && fitsGlob(to, row.service))
  return (sends && receives) || calls.some((row) => row.calleeKind === '' && fitsGlob(from, row.caller))
}
