/** Text that cannot hide or act, and that fits. */
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import wrapAnsi from 'wrap-ansi'
import { columnsOf, pad, truncate, truncateMiddle, visible, wrap } from '../../src/lib/text.js'

const text = fc.string({ unit: 'binary', maxLength: 200 })
const acting = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/u

describe('visible', () => {
  it('writes out what would act, and leaves the rest alone', () => {
    expect(visible('\u001b[31mred\u001b[0m')).toBe('\\u001b[31mred\\u001b[0m')
    expect(visible('two\nlines\t')).toBe('two\\nlines\\t')
    expect(visible('\u202Efdp.exe')).toBe('\\u202efdp.exe')
    expect(visible('Bücher 本 🐛 → ½')).toBe('Bücher 本 🐛 → ½')
    expect(visible('\ud800')).toBe('\\ud800')
  })

  it('leaves nothing that acts in any text', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(visible(any)).not.toMatch(acting)
      }),
    )
  })
})

describe('columns', () => {
  it('are those of a terminal', () => {
    expect(columnsOf('本屋')).toBe(4)
    expect(truncate('本屋本屋', 5)).toBe('本屋…')
    expect(truncate('bookshop', 8)).toBe('bookshop')
    expect(truncate('bookshop', 7)).toBe('booksh…')
    expect(truncate('A\u0300', 1)).toBe('A\u0300')
    expect(truncate('cafe\u0301s', 5)).toBe('cafe\u0301s')
    expect(truncate('cafe\u0301s', 4)).toBe('caf…')
    expect(truncateMiddle('postgresql://db:5432/orders', 15)).toBe('postgre…/orders')
    expect(pad('本', 4)).toBe('本  ')
    expect(wrap('a cart of books', 7)).toEqual(['a cart', 'of', 'books'])
  })

  it('are those of the library also for what is not measured by it', () => {
    const wrong: string[] = []
    for (let code = 0x20; code < 0x2700; code++) {
      const character = String.fromCodePoint(code)
      for (const any of [character, `a${character}b`])
        if (columnsOf(any) !== stringWidth(any, { countAnsiEscapeCodes: true })) wrong.push(code.toString(16))
    }
    expect(wrong).toEqual([])
  })

  it('are broken into lines as by the library', () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom('a', '-', 'é', '…', '−', '\u00a0', '\u202f', ' ', '本'), maxLength: 12 }),
    )
    fc.assert(
      fc.property(
        words.map((some) => some.join(' ')),
        fc.integer({ min: 1, max: 30 }),
        (any, columns) => {
          expect(wrap(any, columns)).toEqual(wrapAnsi(any, columns, { hard: true, trim: true }).split('\n'))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('are never exceeded', () => {
    fc.assert(
      fc.property(text.map(visible), fc.integer({ min: 6, max: 60 }), (any, columns) => {
        expect(columnsOf(truncate(any, columns))).toBeLessThanOrEqual(columns)
        expect(columnsOf(truncateMiddle(any, columns))).toBeLessThanOrEqual(columns)
        for (const line of wrap(any, columns)) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('are left alone where they suffice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }).map(visible), (any) => {
        expect(truncate(any, Math.max(columnsOf(any), 1))).toBe(any)
      }),
    )
  })
})
