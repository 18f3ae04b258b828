/**
 * Learns patterns of keys from templates, in which numbers and ids are already replaced: `page:de:moby-dick` and `page:de:faust`
 * are one pattern once enough such words were seen at one place between the same neighbours.
 * What is easily got wrong: `user:{id}:name` and `user:{id}:email` differ in a word as well, but each of the two has many keys:
 * that word is a name, not a variable. The first word names what is kept, so it takes more to make it a variable.
 */
import { grouped } from '../lib/grouped.js'
import { sum } from '../lib/totals.js'

export interface KeyTemplate {
  template: string
  /** Distinct keys that have it. */
  keys: number
  touches: number
}

/** So many words between the same neighbours are values: a system has not that many kinds of one thing. */
const manyWords = 16
const manyFirstWords = 64
/** With more keys each, the words are names. */
const keysOfOneName = 3
/** A place with words that vary together with those at another place is only seen over all templates of one first word. */
const manyTemplates = 64
const mostPatterns = 400
const variable = '{…}'

interface Shape extends KeyTemplate {
  parts: string[]
}

/** Words and separators in turn, words at even places. */
function partsOf(template: string): string[] {
  return template.split(/([:/|#]+)/)
}

function isWord(part: string): boolean {
  return part !== variable && !/^(\{id\})+$/.test(part)
}

function withVariable(shape: Shape, place: number): Shape {
  return { ...shape, parts: shape.parts.with(place, variable) }
}

/** Shapes of one group, with a variable at `place` where its words are values. */
function generalised(group: readonly Shape[], place: number): Shape[] {
  const words = new Set(group.map((shape) => shape.parts[place] ?? '').filter(isWord))
  const enough = place === 0 ? manyFirstWords : manyWords
  const keysPerWord = sum(group, (shape) => shape.keys) / Math.max(1, words.size)
  if (words.size < enough || keysPerWord >= keysOfOneName) return [...group]
  return group.map((shape) => withVariable(shape, place))
}

function overPlaces(shapes: readonly Shape[], groupOf: (shape: Shape, place: number) => string, from: number): Shape[] {
  let current = [...shapes]
  const places = Math.max(0, ...shapes.slice(0, 20_000).map((shape) => shape.parts.length))
  for (let place = Math.min(places, 15) - 1; place >= from; place--) {
    if (place % 2 === 1) continue
    const groups = grouped(current, (shape) => (place < shape.parts.length ? groupOf(shape, place) : ''))
    current = [...groups].flatMap(([key, group]) => (key === '' ? group : generalised(group, place)))
  }
  return current
}

/** The pattern of each template. Equal templates give equal patterns, in whatever order they come. */
export function learnPatterns(templates: readonly KeyTemplate[]): Map<string, string> {
  const shapes = templates.map((template): Shape => ({ ...template, parts: partsOf(template.template) }))
  const neighbours = overPlaces(
    shapes,
    (shape, place) => JSON.stringify(shape.parts.map((part, index) => (index === place ? null : part))),
    0,
  )
  const crowded = grouped(neighbours, (shape) => JSON.stringify([shape.parts[0], shape.parts.length]))
  const settled = [...crowded.values()].flatMap((group) =>
    new Set(group.map((shape) => shape.parts.join(''))).size > manyTemplates
      ? overPlaces(group, (shape) => JSON.stringify([shape.parts[0], shape.parts.length]), 2)
      : group,
  )
  const byPattern = grouped(settled, (shape) => shape.parts.join(''))
  const ranked = [...byPattern]
    .map(([pattern, members]) => ({ pattern, touches: sum(members, (member) => member.touches) }))
    .sort((a, b) => b.touches - a.touches || (a.pattern < b.pattern ? -1 : 1))
  const kept = new Set(ranked.slice(0, mostPatterns).map(({ pattern }) => pattern))
  const rest = (pattern: string): string => {
    const first = partsOf(pattern)[0] ?? ''
    return ranked.length > 10 * mostPatterns || first === '' ? variable : `${first}:${variable}`
  }
  const patterns = new Map<string, string>()
  for (const [pattern, members] of byPattern)
    for (const { template } of members) patterns.set(template, kept.has(pattern) ? pattern : rest(pattern))
  return patterns
}
