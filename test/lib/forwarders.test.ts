/** Who only passes requests on. */
import { expect, it } from 'vitest'
import { forwarders } from '../../src/lib/forwarders.js'

it('knows a gateway by what it asks for, not by its name', () => {
  const edges = [
    { caller: 'front', callee: 'orders', calls: 90, forwarded: 90 },
    { caller: 'front', callee: 'stock', calls: 10, forwarded: 0 },
    { caller: 'gateway', callee: 'orders', calls: 10, forwarded: 1 },
    { caller: 'gateway', callee: 'stock', calls: 10, forwarded: 1 },
    // one callee: a service in front of another, not a gateway
    { caller: 'desk', callee: 'orders', calls: 10, forwarded: 10 },
  ]
  expect([...forwarders(edges, 0.9)]).toEqual(['front'])
  expect([...forwarders(edges, 0.91)]).toEqual([])
})
