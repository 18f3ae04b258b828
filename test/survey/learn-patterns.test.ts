/** Patterns of keys: which words are values, which are names, and what becomes of keys that have nothing in common. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learnPatterns, type KeyTemplate } from '../../src/survey/learn-patterns.js'

const of = (template: string, keys = 1, touches = keys): KeyTemplate => ({ template, keys, touches })
const words = (count: number, prefix = 'w'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${'x'.repeat(n)}`)
const patternsOf = (templates: readonly KeyTemplate[]): string[] =>
  [...new Set(learnPatterns(templates).values())].sort()

describe('words that are values', () => {
  it('are those of which sixteen stand between the same neighbours', () => {
    expect(patternsOf(words(16).map((word) => of(`page:${word}:de`)))).toEqual(['page:{…}:de'])
    expect(patternsOf(words(15).map((word) => of(`page:${word}:de`)))).toHaveLength(15)
  })
  it('are found where two places vary together, so that no neighbours are ever the same', () => {
    const templates = words(80, 'a').map((one, index) => of(`page:${one}:${words(80, 'b')[index] ?? ''}`))
    expect(patternsOf(templates)).toEqual(['page:{…}:{…}'])
  })
  it('take sixty-four at the beginning of a key, for the first word names what is kept', () => {
    expect(patternsOf(words(63).map((word) => of(`${word}:menu`)))).toHaveLength(63)
    expect(patternsOf(words(64).map((word) => of(`${word}:menu`)))).toEqual(['{…}:menu'])
  })
})

describe('words that are names', () => {
  it('have many keys each', () => {
    const fields = words(40).map((word) => of(`user:{id}:${word}`, 500))
    expect(patternsOf(fields)).toEqual(fields.map(({ template }) => template).sort())
  })
  it('have many keys each, also where those differ in a word', () => {
    const templates = words(20, 'shop-').flatMap((shop) => words(20).map((word) => of(`page:${shop}:${word}`)))
    expect(patternsOf(templates)).toEqual(
      words(20, 'shop-')
        .map((shop) => `page:${shop}:{…}`)
        .sort(),
    )
  })
  it('are kept beside words that are values, at another place', () => {
    const templates = ['name', 'stock'].flatMap((field) => words(30).map((word) => of(`shop:${word}:${field}`)))
    expect(patternsOf(templates)).toEqual(['shop:{…}:name', 'shop:{…}:stock'])
  })
  it('are all kept where keys differ by ids alone', () => {
    expect(patternsOf([of('book:{id}', 400), of('menu'), of('book:{id}:page', 90)])).toEqual([
      'book:{id}',
      'book:{id}:page',
      'menu',
    ])
  })
})

describe('many patterns', () => {
  it('end at four hundred: the rest is told by the first word', () => {
    const templates = Array.from({ length: 500 }, (_, n) => of(`kind${n % 25}-${n}:{id}:x`, 10, 1_000 - n))
    const learnt = learnPatterns(templates)
    expect(new Set(learnt.values()).size).toBeLessThanOrEqual(500)
    expect(learnt.get(templates[0]?.template ?? '')).toBe('kind0-0:{id}:x')
    expect(learnt.get(templates[499]?.template ?? '')).toBe('kind24-499:{…}')
  })
})

describe('any templates', () => {
  const template = fc
    .array(fc.constantFrom('a', 'b', 'c', '{id}', '__proto__', 'é', ''), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(':'))
  it('each have a pattern, the same in whatever order they come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(template, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (names, chance) => {
        const templates = names.map((name) => of(name, 2, name.length))
        const shuffled = templates
          .map((one) => ({ one, at: chance.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one)
        const learnt = learnPatterns(templates)
        expect(new Set(learnt.keys())).toEqual(new Set(names))
        expect(new Map([...learnPatterns(shuffled)].sort())).toEqual(new Map([...learnt].sort()))
      }),
    )
  })
})
