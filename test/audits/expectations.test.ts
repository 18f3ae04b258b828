/** What decisions expect, where the evidence is ambiguous: it must be said that nobody can tell, and never that it holds or is broken. */
import { describe, expect, it } from 'vitest'
import { judgeExpectation, type ExpectationSurvey } from '../../src/audits/requirements/expectations.js'
import { judgeTarget } from '../../src/audits/requirements/measured.js'
import { peakLoad } from '../../src/audits/requirements/peak-load.js'
import type { Target } from '../../src/audits/requirements/targets.js'
import { blankCharterRows, type ExpectationRow } from '../../src/model/charter.js'
import { blankRows } from '../../src/survey/rows.js'

const nothing: ExpectationSurvey = {
  requests: [],
  requestLoad: [],
  criticalChains: [],
  calls: [],
  pairs: [],
  storeUse: [],
  tableUse: [],
  destinationUse: [],
  orderings: [],
  flows: [],
  cachePatterns: [],
  cacheServers: [],
  cacheInvalidations: [],
  overview: [{ ...blankRows.overview, traces: 100 }],
  services: ['orders', 'stock'].map((service) => ({ ...blankRows.services, service, spans: 50 })),
  serviceEdges: [],
}

function judge(row: Partial<ExpectationRow>, rows: Partial<ExpectationSurvey> = {}) {
  return judgeExpectation({ ...blankCharterRows.charterExpectations, ...row }, { ...nothing, ...rows }, 20)
}

const edge = (from: string, to: string, word: ExpectationRow['edge']): Partial<ExpectationRow> => ({
  kind: 'edge',
  from,
  to,
  edge: word,
})
const cache = { ...blankRows.storeUse, store: 'redis://redis-stock:6379/0', system: 'redis', known: 1, spans: 40 }
const placed = {
  ...blankRows.destinationUse,
  destination: 'kafka://broker/orders.placed',
  name: 'orders.placed',
  spans: 30,
}

describe('edges', () => {
  it('does not say that an edge is absent when the caller calls somebody unknown', () => {
    const calls = [{ ...blankRows.calls, caller: 'orders', callee: '', calleeKind: '', calls: 5 }]
    expect(judge(edge('orders', 'stock', 'required'), { calls })).toMatchObject({ contradictions: [], samples: 0 })
    expect(judge(edge('orders', 'stock', 'required'), { calls }).blind).toContain('orders -> stock')
  })
  it('does not say that an edge is absent when a broker may route between them', () => {
    const destinationUse = [
      { ...placed, service: 'orders', role: 'producer' },
      { ...placed, destination: 'kafka://broker/stock.inbox', name: 'stock.inbox', service: 'stock', role: 'consumer' },
    ]
    expect(judge(edge('orders', 'stock', 'required'), { destinationUse }).blind).not.toBe('')
  })
  it('says that a store is not used, with the place as declared', () => {
    const storeUse = [{ ...cache, service: 'stock' }]
    const { contradictions } = judge(edge('orders', 'redis://redis-stock', 'required'), { storeUse })
    expect(contradictions.map(({ where }) => where)).toEqual([{ service: 'orders', store: 'redis://redis-stock' }])
  })
  it('finds a forbidden consumer of a destination', () => {
    const destinationUse = [
      { ...placed, service: 'orders', role: 'producer' },
      { ...placed, service: 'stock', role: 'consumer' },
    ]
    const { contradictions } = judge(edge('orders.*', 'stock', 'forbidden'), { destinationUse })
    expect(contradictions.map(({ where }) => where)).toEqual([{ service: 'stock', destination: placed.destination }])
  })
  it('cannot tell of a caller that was hardly seen', () => {
    expect(judge(edge('gift-wrapping', 'stock', 'forbidden')).blind).toContain('gift-wrapping has 0 spans')
    expect(judge(edge('orders', 'stock', 'forbidden'))).toMatchObject({ contradictions: [], blind: '', samples: 50 })
  })
  it('cannot tell how two talk that were never seen to', () => {
    expect(judge(edge('orders', 'stock', 'async')).blind).not.toBe('')
    expect(judge(edge('orders', 'stock', 'sync')).blind).not.toBe('')
  })
})

describe('owners', () => {
  const owner = (place: string): Partial<ExpectationRow> => ({ kind: 'owner', place, owner: 'stock' })
  it('cannot tell whose keys another service writes in a shared cache', () => {
    const storeUse = [{ ...cache, service: 'orders', writes: 3 }]
    expect(judge(owner('redis://redis-stock/level:{id}'), { storeUse })).toMatchObject({
      contradictions: [],
      samples: 0,
    })
    expect(judge(owner('redis://redis-stock'), { storeUse }).contradictions).toHaveLength(1)
  })
  it('counts a publisher as a writer, and a consumer not', () => {
    const destinationUse = [
      { ...placed, service: 'orders', role: 'producer' },
      { ...placed, service: 'payments', role: 'consumer' },
    ]
    const { contradictions } = judge(owner('orders.*'), { destinationUse })
    expect(contradictions.map(({ where }) => where.service)).toEqual(['orders'])
  })
  it('cannot tell of what nobody used', () => {
    expect(judge(owner('postgresql://ledger/ledger')).blind).toContain('postgresql://ledger/ledger')
  })
})

describe('numbers', () => {
  const wanted: Target = {
    scopeKind: 'request',
    scope: 'POST /orders',
    service: '',
    order: '',
    metric: 'p95',
    comparator: '<=',
    value: 300,
    unit: 'ms',
  }
  const asked = { ...blankRows.requests, service: 'orders', operation: 'POST /orders', role: 'server', traces: 100 }
  it('does not trust durations of requests whose root is missing', () => {
    const judged = judgeTarget(wanted, { ...nothing, requests: [{ ...asked, p95Ms: 900, rootless: 2 }] })
    expect(judged.readings).toEqual([])
    expect(judged.unproven).toContain('lack their root')
  })
  it('never proves that nothing fails', () => {
    const never: Target = { ...wanted, metric: 'errors', value: 0, unit: 'ratio' }
    expect(judgeTarget(never, { ...nothing, requests: [asked] }).unproven).not.toBe('')
    const [reading] = judgeTarget(never, { ...nothing, requests: [{ ...asked, errors: 3 }] }).readings
    expect(reading?.holds).toBe(false)
  })
  it('knows a joint peak between two bounds when windows are left out', () => {
    const row = { ...blankRows.requestLoad, windows: 1, peakRequests: 50, peakWindowErrors: [10] }
    const together = [0, 0].map((at) => ({ ...row, peakWindows: [at], peakWindowRequests: [50] }))
    expect(peakLoad(together)).toMatchObject({ atLeast: 10, atMost: 10, served: 8 })
    const apart = [0, 10].map((at) => ({ ...row, windows: 61, peakWindows: [at], peakWindowRequests: [50] }))
    expect(peakLoad(apart)).toMatchObject({ atLeast: 5, atMost: 10 })
  })
})
