/**
 * Finds where reading can start again after garbage: the next object that is known by its first keys.
 * It does not trust string state, for that is what garbage destroys: `{"` inside a string is written `{\"`, so it never matches.
 */
import type { JsonCursor } from './json-cursor.js'
import type { SplitPlan } from './json-plans.js'

/** What an object is: a whole document, the object of a level, or a span (the level after the last). */
export type Role = 'document' | number

export interface Landmark {
  role: Role
  /** It follows an opening bracket: the first of its array, whose owner may lie inside the garbage. */
  first: boolean
}

const lookaheadBytes = 8192

/** Role of the object that `text` starts with, by its first keys; undefined when they tell nothing. */
function roleOf(text: string, plan: SplitPlan): Role | undefined {
  const token = /"((?:[^"\\]|\\[^])*)"|[{}[\]:,]|[^\s"{}[\]:,]+|\s+/gy
  let depth = 0
  let key = ''
  for (let seen = 0; seen < 200; seen++) {
    const found = token.exec(text)
    if (!found) return undefined
    const part = found[0]
    if (part === '{' || part === '[') depth++
    else if (part === '}' || part === ']') {
      if (--depth === 0) return undefined
    } else if (found[1] !== undefined && depth === 1) key = found[1]
    else if (part === ':' && depth === 1) {
      if (plan.through.includes(key)) return 'document'
      const level = plan.levels.findIndex((each) => each.arrays.includes(key) || each.marks.includes(key))
      if (level >= 0) return level
      if (plan.spanMarks.includes(key)) return plan.levels.length
    }
  }
  return undefined
}

/** Moves the cursor to the next known object; undefined (and the cursor at the end) when there is none. */
export function findLandmark(
  cursor: JsonCursor,
  plan: SplitPlan,
  accepts: (landmark: Landmark) => boolean,
): Landmark | undefined {
  cursor.mark = -1
  let before = 0
  for (let byte = cursor.peek(); byte >= 0; byte = cursor.peek()) {
    if (byte === 0x7b && (before === 0x2c || before === 0x5b || before === 0x0a || before === 0)) {
      while (cursor.end - cursor.position < lookaheadBytes && cursor.fill());
      const text = cursor.buffer.toString(
        'latin1',
        cursor.position,
        Math.min(cursor.end, cursor.position + lookaheadBytes),
      )
      const role = roleOf(text, plan)
      const landmark = role === undefined ? undefined : { role, first: before !== 0x2c }
      if (landmark && accepts(landmark)) return landmark
    }
    // A new line only counts when the object starts in its first column, as in JSON lines.
    if (byte === 0x0a ? before !== 0x2c && before !== 0x5b : byte > 0x20 || before === 0x0a) before = byte
    cursor.position++
  }
  return undefined
}
