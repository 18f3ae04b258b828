/**
 * Holds what a decision expects against what was seen. Each expectation is contradicted, or holds, or cannot be judged, and says why;
 * what was not looked at never holds.
 */
import { sum } from '../../lib/totals.js'
import { fitsDestination, fitsGlob, fitsStore, fitsTable, namespaceAndRest } from '../../lib/place-pattern.js'
import type { ExpectationRow } from '../../model/charter.js'
import type { Place } from '../../model/finding.js'
import type { Quantity } from '../../model/units.js'
import { judgeTarget } from './measured.js'
import {
  destinationEdges,
  forwardedBetween,
  hasUnknownPeers,
  messagesBetween,
  sideOf,
  usesBetween,
  type EdgeRows,
  type SeenEdge,
  type Side,
} from './seen-edges.js'
import { wantedText, type MeasuredRows, type Target } from './targets.js'
import { toldName } from './told-names.js'

export type ExpectationSurvey = EdgeRows & MeasuredRows

export interface Contradiction extends SeenEdge {
  measured: Quantity
  limit: Quantity
}

export interface Verdict {
  contradictions: Contradiction[]
  /** Why it cannot be judged; blank when it was. */
  blind: string
  /** Observations that the verdict stands on. */
  samples: number
}

export function judgeExpectation(row: ExpectationRow, survey: ExpectationSurvey, leastSeen: number): Verdict {
  if (row.kind === 'edge') return judgeEdge(row, survey, leastSeen)
  return row.kind === 'owner' ? judgeOwner(row, survey) : judgeMetric(row, survey)
}

const blindTo = (blind: string): Verdict => ({ contradictions: [], blind, samples: 0 })
const kept = (samples: number): Verdict => ({ contradictions: [], blind: '', samples })

function broken(edges: readonly SeenEdge[], unit: Quantity['unit'] = 'count'): Verdict {
  const contradictions = edges.map((edge) => ({
    ...edge,
    measured: { value: edge.count, unit },
    limit: { value: 0, unit },
  }))
  return { contradictions, blind: '', samples: sum(edges, (edge) => edge.count) }
}

function judgeEdge({ from, to, edge }: ExpectationRow, survey: EdgeRows, leastSeen: number): Verdict {
  const [source, target] = [sideOf(from, survey), sideOf(to, survey)]
  const bothServices = source.kind === 'service' && target.kind === 'service'
  // A name that a service and a destination share means the service.
  const atDestination = bothServices ? [] : destinationEdges(from, to, survey)
  const direct = usesBetween(from, to, survey)
  const messages = bothServices ? messagesBetween(from, to, survey) : atDestination
  const seen = sum([...direct, ...messages], ({ count }) => count)
  const edgeText = `${toldName(from)} -> ${toldName(to)}`
  const short = [[from, source.spans] as const, [to, target.spans] as const].filter(([, spans]) => spans < leastSeen)
  const unseen = (sides: typeof short) =>
    sides.map(([name, spans]) => `${toldName(name)} has ${spans} spans, needs ${leastSeen}`).join('; ')
  switch (edge) {
    case 'forbidden': {
      // Messages are what a forbidden call is mostly replaced by; a forbidden destination is another matter.
      const offending = [...direct, ...atDestination]
      if (offending.length > 0) return broken(offending)
      return source.spans < leastSeen ? blindTo(`${edgeText}: ${unseen(short.slice(0, 1))}`) : kept(source.spans)
    }
    case 'required': {
      if (seen > 0) return kept(seen)
      if (short.length > 0) return blindTo(`${edgeText}: ${unseen(short)}`)
      if (forwardedBetween(from, to, survey)) return kept(source.spans)
      const kind = source.kind === 'destination' ? source.kind : target.kind
      if (hasUnknownPeers(from, to, kind, survey)) {
        return blindTo(`${edgeText}: one of them uses something that the evidence does not name`)
      }
      return { ...absent(from, to, source, target, survey), samples: source.spans }
    }
    case 'async':
      if (direct.length > 0) return broken(direct)
      return messages.length > 0 ? kept(seen) : blindTo(`${edgeText}: no message between them was seen`)
    case 'sync':
      if (direct.length > 0) return kept(seen)
      return messages.length > 0 ? broken(messages) : blindTo(`${edgeText}: no call between them was seen`)
    case '':
      return blindTo(`${edgeText}: nothing is expected of the edge`)
  }
}

/** Both ends of a required edge were seen, and never together. */
function absent(from: string, to: string, source: Side, target: Side, survey: EdgeRows): Verdict {
  const where: Place =
    source.kind === 'destination'
      ? { destination: from, service: to }
      : { service: from, [target.kind === 'service' ? 'peer' : target.kind]: to }
  const service = source.kind === 'destination' ? to : from
  const missing = {
    where,
    text: `${toldName(from)} -> ${toldName(to)} was never seen, although they have ${source.spans} and ${target.spans} spans`,
    count: 0,
    traces: 0,
    traceIds: survey.services.find((row) => fitsGlob(service, row.service))?.traceIds ?? [],
    spanIds: [],
    measured: { value: 0, unit: 'count' },
    limit: { value: 1, unit: 'count' },
  } satisfies Contradiction
  return { contradictions: [missing], blind: '', samples: 0 }
}

/** Who else writes what one service is to write alone. */
function judgeOwner({ place, owner }: ExpectationRow, { tableUse, storeUse, destinationUse }: EdgeRows): Verdict {
  const published = destinationUse.filter((row) => row.role === 'producer' && fitsDestination(place, row.destination))
  const tables = tableUse.filter((row) => fitsTable(place, row.store, row.table))
  const stores = storeUse.filter((row) => fitsStore(place, row.store))
  const { rest } = namespaceAndRest(place)
  // Of key-value stores only whole stores are known: another writer may have keys of its own there.
  const tableless = stores.filter(
    (store) => !tableUse.some((row) => row.store === store.store && row.service === store.service),
  )
  const whole = rest === '' || rest === '*' ? tableless : []
  const foreign = (service: string) => !fitsGlob(owner, service)
  const edges: SeenEdge[] = [
    ...tables
      .filter((row) => row.writes > 0 && foreign(row.service))
      .map(({ service, store, table, writes, traces, traceIds, spanIds }) => ({
        where: { service, store, table },
        text: `${toldName(service)} writes ${toldName(table)} of ${toldName(store)} ${writes} times`,
        count: writes,
        traces,
        traceIds,
        spanIds,
      })),
    ...whole
      .filter((row) => row.writes > 0 && foreign(row.service))
      .map(({ service, store, writes, traces, traceIds }) => ({
        where: { service, store },
        text: `${toldName(service)} writes ${toldName(store)} ${writes} times`,
        count: writes,
        traces,
        traceIds,
        spanIds: [],
      })),
    ...published
      .filter((row) => foreign(row.service))
      .map(({ service, destination, spans, traces, traceIds }) => ({
        where: { service, destination },
        text: `${toldName(service)} publishes to ${toldName(destination)} ${spans} times`,
        count: spans,
        traces,
        traceIds,
        spanIds: [],
      })),
  ]
  if (edges.length > 0) return broken(edges)
  const hidden =
    whole.length === tableless.length ? [] : tableless.filter((row) => row.writes > 0 && foreign(row.service))
  const [first] = hidden
  if (first)
    return blindTo(`${toldName(first.service)} writes ${toldName(first.store)}, and which of its keys is not known`)
  const samples = sum([...tables, ...stores, ...published], (row) => row.spans)
  return samples > 0 ? kept(samples) : blindTo(`no use of ${toldName(place)} was seen`)
}

function judgeMetric(row: ExpectationRow, survey: ExpectationSurvey): Verdict {
  const target = targetOf(row, survey)
  if (!target) return blindTo(`${toldName(row.text)} has no number`)
  const { readings, unproven } = judgeTarget(target, survey)
  if (unproven !== '') return blindTo(`${row.metric}: ${unproven}`)
  const contradictions = readings
    .filter((reading) => !reading.holds)
    .map(({ where, text, value, unit, samples, share, traceIds, spanIds }) => ({
      where,
      text: `${text} (${wantedText(target)})`,
      count: samples,
      traces: Math.round(share * sum(survey.overview, (whole) => whole.traces)),
      traceIds,
      spanIds,
      measured: { value, unit },
      limit: { value: target.value, unit },
    }))
  return { contradictions, blind: '', samples: sum(readings, (reading) => reading.samples) }
}

/** The place of an expectation says what is measured; without one it is every request. */
function targetOf(
  { place, metric, comparator, value, unit, order }: ExpectationRow,
  survey: EdgeRows,
): Target | undefined {
  if (metric === '' || (comparator === '' && metric !== 'ordered')) return undefined
  const wanted = { metric, comparator: comparator === '' ? ('>=' as const) : comparator, value, unit, order }
  if (place.includes('->')) return { ...wanted, scopeKind: 'pair', scope: place, service: '' }
  if (place === '') return { ...wanted, scopeKind: 'request', scope: '*', service: '' }
  const { kind } = sideOf(place, survey)
  if (kind === 'destination') return { ...wanted, scopeKind: 'destination', scope: place, service: '' }
  if (kind === 'store' || place.includes('://')) return { ...wanted, scopeKind: 'data', scope: place, service: '' }
  return { ...wanted, scopeKind: 'request', scope: '*', service: place }
}
