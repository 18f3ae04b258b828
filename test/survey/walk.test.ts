/** The critical path of small traces, reckoned by hand: what the root waited for, moment by moment. */
import { describe, expect, it } from 'vitest'
import { walkTrace, type WalkSpan } from '../../src/survey/walk.js'

/** `name: [parent, service, role, start, end]` in ms. */
function trace(spans: Record<string, [string, string, string, number, number]>): WalkSpan[] {
  return Object.entries(spans).map(([spanId, [parentSpanId, service, role, start, end]]) => ({
    traceId: 't',
    spanId,
    parentSpanId,
    service,
    role,
    startNs: start * 1e6,
    endNs: end * 1e6,
    rootSpanId: 'root',
    rootService: 'storefront',
    rootOperation: 'GET /',
  }))
}

const criticalMs = (spans: WalkSpan[]) =>
  Object.fromEntries(walkTrace(spans).map((row) => [row.SpanId, row.OnCriticalPath ? row.CriticalNs / 1e6 : null]))

describe('the critical path', () => {
  it('adds up to the root when calls follow one another', () => {
    // root 0–100: calls a 10–40 (served 15–35) and b 50–90 (served 55–85)
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 100],
      callA: ['root', 'storefront', 'client', 10, 40],
      a: ['callA', 'catalogue', 'server', 15, 35],
      callB: ['root', 'storefront', 'client', 50, 90],
      b: ['callB', 'prices', 'server', 55, 85],
    })
    expect(criticalMs(spans)).toEqual({ root: 30, callA: 10, a: 20, callB: 10, b: 30 })
  })

  it('follows the slower of two parallel calls', () => {
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 100],
      quick: ['root', 'storefront', 'client', 10, 40],
      slow: ['root', 'storefront', 'client', 10, 90],
    })
    // quick ends at 40, while slow, which started no later, still held the root up
    expect(criticalMs(spans)).toEqual({ root: 20, slow: 80 })
  })

  it('waits for a call whose span ends a moment after the next has begun', () => {
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 100],
      // a tenth of its time late: waited for until the next began; the third is more than late: it ran beside
      first: ['root', 'storefront', 'client', 10, 30],
      second: ['root', 'storefront', 'client', 28, 90],
      beside: ['root', 'storefront', 'client', 15, 32],
    })
    expect(criticalMs(spans)).toEqual({ root: 20, first: 18, second: 62 })
  })

  it('does not wait for messages', () => {
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 50],
      publish: ['root', 'storefront', 'producer', 10, 12],
      process: ['publish', 'shipping', 'consumer', 20, 400],
      call: ['process', 'shipping', 'client', 30, 300],
      serve: ['call', 'stock', 'server', 31, 299],
    })
    expect(criticalMs(spans)).toEqual({ root: 48, publish: 2, serve: null })
    const serve = walkTrace(spans).find((row) => row.SpanId === 'serve')
    expect(serve).toMatchObject({ Synchronous: 0 })
  })

  it('puts a server whose clock is ahead back into its call', () => {
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 100],
      call: ['root', 'storefront', 'client', 10, 60],
      serve: ['call', 'catalogue', 'server', 1015, 1055],
    })
    // 50 ms of call around 40 ms of service, wherever the callee's clock puts it
    expect(criticalMs(spans)).toEqual({ root: 50, call: 10, serve: 40 })
  })

  it('cuts a child that outlives its parent', () => {
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 50],
      work: ['root', 'storefront', 'client', 40, 90],
    })
    expect(criticalMs(spans)).toEqual({ root: 40, work: 10 })
  })
})

describe('hops and paths', () => {
  it('counts steps from service to service, and sees a service entered while it is still open', () => {
    const spans = trace({
      root: ['', 'storefront', 'server', 0, 100],
      call: ['root', 'storefront', 'client', 10, 90],
      orders: ['call', 'orders', 'server', 12, 88],
      inner: ['orders', 'orders', 'internal', 13, 87],
      back: ['inner', 'orders', 'client', 20, 80],
      again: ['back', 'storefront', 'server', 22, 78],
    })
    const rows = Object.fromEntries(walkTrace(spans).map((row) => [row.SpanId, row]))
    expect(rows['orders']).toMatchObject({ Hops: 1, Path: ['storefront', 'orders'], Reentered: 0 })
    expect(rows['again']).toMatchObject({ Hops: 2, Path: ['storefront', 'orders', 'storefront'], Reentered: 1 })
  })

  it('ends on parents that run in a circle, on itself as parent, and on a chain of three thousand', () => {
    expect(
      walkTrace(
        trace({
          root: ['', 'storefront', 'server', 0, 10],
          a: ['b', 'storefront', 'internal', 1, 2],
          b: ['a', 'storefront', 'internal', 1, 2],
          self: ['self', 'storefront', 'internal', 1, 2],
        }),
      ).map((row) => row.SpanId),
    ).toEqual(['root'])
    const chain: Record<string, [string, string, string, number, number]> = { root: ['', 's0', 'server', 0, 10_000] }
    for (let i = 1; i < 3000; i++) chain[`n${i}`] = [i === 1 ? 'root' : `n${i - 1}`, `s${i}`, 'server', i, 10_000 - i]
    const rows = walkTrace(trace(chain))
    expect(rows).toHaveLength(3000)
    expect(Math.max(...rows.map((row) => row.Hops))).toBe(2999)
    expect(rows.reduce((sum, row) => sum + row.CriticalNs, 0)).toBe(10_000 * 1e6)
  })

  it('says nothing without the root', () => {
    expect(walkTrace(trace({ a: ['root', 'storefront', 'internal', 0, 1] }))).toEqual([])
    expect(walkTrace([])).toEqual([])
  })
})
