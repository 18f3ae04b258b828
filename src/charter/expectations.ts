/**
 * The grammar of expected edges: `<from> -> <to> forbidden|required|sync|async`. One edge a sentence: neither chains nor "and".
 * What is not forbidden is allowed, so there is no word for that.
 */
import type { ExpectationRow } from '../model/charter.js'
import { nearest, quoted } from './charter-error.js'
import type { Fault } from './charter-error.js'

export const edgeWords = ['forbidden', 'required', 'sync', 'async'] as const satisfies ExpectationRow['edge'][]

export type EdgeWord = (typeof edgeWords)[number]

export interface ExpectedEdge {
  from: string
  to: string
  edge: EdgeWord
  text: string
}

/** For editors. */
export const edgePattern = String.raw`^\s*\S.*->.*\S\s+(forbidden|required|sync|async)\s*$`

const example = '"orders -> stock async"'

export function readEdge(text: string): ExpectedEdge | Fault {
  const written = text.trim()
  const fault = (expected: string, remedy: string): Fault => ({
    message: `Expected ${expected}, found ${quoted(written)}.`,
    remedy,
  })
  const sides = written.split('->').map((side) => side.trim())
  if (sides.length < 2) {
    return fault('an edge: caller -> callee', `Write ${example}; the words are ${edgeWords.join(', ')}.`)
  }
  if (written.includes('<->')) return fault('an edge in one direction', 'Write two sentences, one for each direction.')
  if (sides.length > 2) return fault('one edge', 'Write a chain as one sentence for each of its edges.')
  const [from = '', rest = ''] = sides
  const match = /^(.*?)\s*(\S+)$/su.exec(rest)
  const [, to = '', word = ''] = match ?? []
  const edge = edgeWords.find((each) => each === word)
  if (edge === undefined) {
    const near = nearest(word, edgeWords)
    const meant = near === undefined ? '' : `Did you mean ${quoted(near)}? `
    return fault(
      `${edgeWords.join(', ')} after the callee`,
      `${meant}Write ${example}. What is not forbidden is allowed; other things cannot be expressed.`,
    )
  }
  if (from === '' || to === '') return fault('a name on both sides of the arrow', `Write ${example}.`)
  return { from, to, edge, text: written }
}
