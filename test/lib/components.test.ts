/** Strongly connected components, against hand-drawn graphs and against reachability worked out by brute force. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortestCycle, stronglyConnected, type Edge } from '../../src/lib/components.js'

const edges = (...pairs: string[]): Edge[] =>
  pairs.map((pair) => {
    const [from = '', to = ''] = pair.split('>')
    return { from, to }
  })

describe('stronglyConnected', () => {
  it('finds circles, not trees, diamonds or self-calls', () => {
    expect(stronglyConnected(edges('a>b', 'b>c', 'a>c', 'c>c'))).toEqual([])
    expect(stronglyConnected(edges('z>y', 'y>z', 'a>b', 'b>c', 'c>a', 'c>y'))).toEqual([
      ['a', 'b', 'c'],
      ['y', 'z'],
    ])
  })
  it('knows names such as __proto__', () => {
    expect(stronglyConnected(edges('__proto__>constructor', 'constructor>__proto__'))).toEqual([
      ['__proto__', 'constructor'],
    ])
  })
  it('walks a circle of a hundred thousand', () => {
    const long = Array.from({ length: 100_000 }, (_, i) => ({ from: `s${i}`, to: `s${(i + 1) % 100_000}` }))
    expect(stronglyConnected(long)[0]).toHaveLength(100_000)
  })
  it('agrees with reachability', () => {
    const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
    const graph = fc.array(fc.record({ from: node, to: node }), { maxLength: 20 })
    fc.assert(
      fc.property(graph, (drawn) => {
        const reach = (from: string): Set<string> => {
          const seen = new Set<string>()
          const waiting = [from]
          for (const at of waiting)
            for (const edge of drawn)
              if (edge.from === at && !seen.has(edge.to)) {
                seen.add(edge.to)
                waiting.push(edge.to)
              }
          return seen
        }
        const together = (a: string, b: string): boolean => reach(a).has(b) && reach(b).has(a)
        const found = stronglyConnected(drawn)
        for (const a of 'abcdefg')
          for (const b of 'abcdefg')
            if (a !== b) expect(found.some((set) => set.includes(a) && set.includes(b))).toBe(together(a, b))
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})

describe('shortestCycle', () => {
  it('comes back the shortest way', () => {
    expect(shortestCycle(edges('a>b', 'b>c', 'c>d', 'd>a', 'c>a'), 'a')).toEqual(['a', 'b', 'c', 'a'])
    expect(shortestCycle(edges('a>b', 'b>a'), 'b')).toEqual(['b', 'a', 'b'])
  })
  it('has nothing to say where there is no way back', () => {
    expect(shortestCycle(edges('a>b', 'a>a'), 'a')).toEqual([])
  })
})
