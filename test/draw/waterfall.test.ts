/** Folding of traces: what a reader needs stays, whatever shape the trace has. */
import fastCheck from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldTrace } from '../../src/draw/waterfall/fold.js'
import type { ExhibitSpan } from '../../src/model/report.js'

function span(spanId: string, parentSpanId: string, startMs: number, operation = 'GET /books'): ExhibitSpan {
  return {
    spanId,
    parentSpanId,
    service: 'catalogue',
    operation,
    kind: 'server',
    startMs,
    durationMs: 5,
    error: false,
    statement: '',
  }
}

const shelf = [
  span('root', '', 0),
  ...Array.from({ length: 60 }, (_, number) => span(`book-${number}`, 'root', number + 1, 'SELECT books')),
]

describe('foldTrace', () => {
  it('shows a short trace whole', () => {
    expect(foldTrace(shelf.slice(0, 5), [], 20)).toHaveLength(5)
  })

  it('shows some of many alike and folds the others', () => {
    const rows = foldTrace(shelf, ['book-10', 'book-11', 'book-12', 'book-13', 'book-14'], 20)
    const offending = rows.filter((row) => row.type === 'span' && row.offending)
    expect(offending).toHaveLength(4)
    const last = rows.at(-1)
    expect(last).toMatchObject({ type: 'fold', count: 46, offending: 46, alike: { operation: 'SELECT books' } })
  })

  it('loses no span and never shows more than asked, in traces of any shape', () => {
    const ids = fastCheck.integer({ min: 0, max: 40 }).map(String)
    const spans = fastCheck.uniqueArray(fastCheck.tuple(ids, ids, fastCheck.integer({ min: 0, max: 99 })), {
      selector: ([id]) => id,
      maxLength: 41,
    })
    fastCheck.assert(
      fastCheck.property(spans, fastCheck.array(ids, { maxLength: 10 }), (drawn, offending) => {
        const rows = foldTrace(
          drawn.map(([id, parent, start]) => span(id, parent, start)),
          offending,
          10,
        )
        const told = rows.reduce((sum, row) => sum + (row.type === 'fold' ? row.count : 1), 0)
        expect(told).toBe(drawn.length)
      }),
      { seed: 7 },
    )
  })
})
