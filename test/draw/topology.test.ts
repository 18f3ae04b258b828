/** The system map before it is drawn: identity of nodes, places of findings, a stable layout. */
import { describe, expect, it } from 'vitest'
import { limitTopology, topologyOf } from '../../src/draw/topology/graph.js'
import { layoutTopology } from '../../src/draw/topology/layout.js'
import { exampleReport } from '../report/example-report.js'
import { largeReport } from '../report/large-report.js'

const chatty = { family: 'services', severity: 'critical', where: { service: 'cart', peer: 'pricing' } } as const

describe('topologyOf', () => {
  it('keeps a service and a store of one name apart', () => {
    const { nodes } = topologyOf(exampleReport().system, [])
    expect(nodes.filter((node) => node.label === 'orders').map((node) => node.kind)).toEqual(['service', 'store'])
  })

  it('marks the edge of a finding between two nodes, and lists it at both ends', () => {
    const { nodes, edges } = topologyOf(exampleReport().system, [chatty])
    const marked = edges.filter((edge) => edge.findings.length > 0)
    expect(marked.map((edge) => [nodes[edge.from]?.label, nodes[edge.to]?.label])).toEqual([['cart', 'pricing']])
    const touched = nodes.filter((node) => node.findings.length > 0)
    expect(touched.map((node) => [node.label, node.marks])).toEqual([
      ['pricing', []],
      ['cart', []],
    ])
  })

  it('marks the ways of two services to the store they share, not a call between them', () => {
    const store = 'postgresql://db.bookshop:5432/orders'
    const shared = { ...chatty, where: { service: 'orders', peer: 'stock', store } }
    const { nodes, edges } = topologyOf(exampleReport().system, [shared])
    const marked = edges.filter((edge) => edge.findings.length > 0)
    expect(marked.map((edge) => [nodes[edge.from]?.label, nodes[edge.to]?.kind])).toEqual([
      ['orders', 'store'],
      ['stock', 'store'],
    ])
  })

  it('marks the service of a finding that lies on no edge', () => {
    const finding = { ...chatty, where: { service: 'search' } }
    const marked = topologyOf(exampleReport().system, [finding]).nodes.filter((node) => node.marks.length > 0)
    expect(marked.map((node) => node.label)).toEqual(['search'])
  })

  it('puts a finding about a place that was not seen nowhere', () => {
    const { nodes } = topologyOf(exampleReport().system, [{ ...chatty, where: { service: '__proto__' } }])
    expect(nodes.every((node) => node.findings.length === 0)).toBe(true)
  })

  it('keeps nodes with findings when there are too many', () => {
    const whole = topologyOf(exampleReport().system, [{ ...chatty, where: { service: 'search' } }])
    const some = limitTopology(whole, 3)
    expect(some.nodes.map((node) => node.label)).toContain('search')
    expect(some.nodes).toHaveLength(3)
    expect(some.edges.every((edge) => edge.from < 3 && edge.to < 3)).toBe(true)
  })
})

describe('layoutTopology', () => {
  it.each([1, 13, 200])('places every node of %i services inside the drawing, the same each time', (size) => {
    const topology = topologyOf(largeReport(size).system, [])
    const layout = layoutTopology(topology)
    for (const { x, y } of layout.nodes) {
      expect(x).toBeGreaterThan(0)
      expect(x).toBeLessThan(layout.width)
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(layout.height)
    }
    expect(layout.edges.every((edge) => /^M[-\d.,]+/.test(edge.path) && !edge.path.includes('NaN'))).toBe(true)
    expect(layoutTopology(topology)).toEqual(layout)
  })

  it('draws no nodes of an empty system', () => {
    expect(layoutTopology({ nodes: [], edges: [] }).nodes).toEqual([])
  })
})
