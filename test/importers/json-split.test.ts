/** The splitter on whole, cut and damaged documents. A span counts as kept only when every byte of it lies before the cut. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  jaegerPlan,
  otlpPlan,
  zipkinPlan,
  type SplitPlan,
  type SplitOptions,
  type SplitReport,
} from '../../src/importers/common/json-plans.js'
import { splitToSpools } from '../../src/importers/common/json-spool.js'
import { JsonSplitter } from '../../src/importers/common/json-split.js'

const folder = mkdtempSync(join(tmpdir(), 'faultline-split-'))
const path = join(folder, 'evidence.json')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Line {
  resource?: { shop: string }
  scopeSpans?: { scope?: { name: string }; spans: { spanId: string }[] }[]
  spans?: { spanID: string }[]
  processes?: Record<string, { serviceName: string }>
  id?: string
  name?: string
}

function split(
  document: string | Buffer,
  plan: SplitPlan,
  options?: SplitOptions,
): { lines: Line[]; report: SplitReport } {
  writeFileSync(path, document)
  const splitter = new JsonSplitter(path, plan, options)
  let text = ''
  for (let batch = splitter.next(); batch !== undefined; batch = splitter.next()) text += batch.toString('utf8')
  splitter.close()
  const lines = text.split('\n').filter((line) => line !== '')
  return { lines: lines.map((line) => JSON.parse(line) as Line), report: splitter.report }
}

const bookshop = (spans: number): object => ({
  resource: { shop: 'north' },
  scopeSpans: [
    {
      scope: { name: 'checkout' },
      spans: Array.from({ length: spans }, (_, index) => ({ spanId: `c${index}`, title: 'Moby "Dick"\\' })),
    },
    { scope: { name: 'stock' }, spans: [{ spanId: 's0', tags: [{ key: 'spanId' }] }] },
  ],
})
const trace = (id: string, spans: number): object => ({
  traceID: id,
  spans: Array.from({ length: spans }, (_, index) => ({
    traceID: id,
    spanID: `${id}-${index}`,
    operationName: 'buy a book',
  })),
  processes: { p1: { serviceName: 'orders' } },
})
const ids = (lines: Line[]): string[] =>
  lines.flatMap((line) => [
    ...(line.spans ?? []).map((span) => span.spanID),
    ...(line.scopeSpans ?? []).flatMap((scope) => scope.spans.map((span) => span.spanId)),
    ...(line.id === undefined ? [] : [line.id]),
  ])

describe('whole documents', () => {
  it.each([
    ['one document', JSON.stringify({ resourceSpans: [bookshop(2)] }), 3],
    [
      'lines',
      `${JSON.stringify({ resourceSpans: [bookshop(1)] })}\r\n${JSON.stringify({ resourceSpans: [bookshop(1)] })}\r\n`,
      4,
    ],
    ['documents one after another', JSON.stringify({ resourceSpans: [bookshop(1)] }).repeat(2), 4],
    [
      'an array of documents',
      JSON.stringify([{ resourceSpans: [bookshop(1)] }, { batches: [bookshop(1)] }], null, 2),
      4,
    ],
    ['a trace of batches', `\ufeff${JSON.stringify({ trace: { batches: [bookshop(1)] } }, null, '\t')}`, 2],
    ['arrays of arrays', JSON.stringify([[{ resourceSpans: [bookshop(1)] }]]), 2],
  ])('OTLP: %s', (_, document, count) => {
    const { lines, report } = split(document, otlpPlan)
    expect(report).toEqual({ elements: count, badRows: 0, truncated: false })
    expect(ids(lines)).toHaveLength(count)
    for (const line of lines) {
      expect(line.resource).toEqual({ shop: 'north' })
      expect(line.scopeSpans?.map((scope) => scope.scope?.name)).toEqual(['checkout', 'stock'])
    }
  })

  it.each([
    ['data of traces', { data: [trace('a', 2), trace('b', 1)], total: 0 }, 3],
    ['data of one trace', { data: trace('a', 2), id: 'a', state: 'done' }, 2],
    ['one trace', trace('a', 2), 2],
    ['an array of traces', [trace('a', 2), trace('b', 2)], 4],
    ['no traces', { data: null, errors: [{ code: 404 }] }, 0],
  ])('Jaeger: %s', (_, document, count) => {
    for (const indent of [0, 2]) {
      const { lines, report } = split(JSON.stringify(document, null, indent), jaegerPlan)
      expect(report).toEqual({ elements: count, badRows: 0, truncated: false })
      expect(ids(lines)).toHaveLength(count)
      for (const line of lines) expect(line.processes).toEqual({ p1: { serviceName: 'orders' } })
    }
  })

  it.each([
    ['an array', [{ id: '1' }, { id: '2' }], ['1', '2']],
    ['an array of arrays', [[{ id: '1' }], [], [{ id: '2' }]], ['1', '2']],
    ['one span', { id: '1', tags: { id: '7' } }, ['1']],
  ])('Zipkin: %s', (_, document, expected) => {
    expect(ids(split(JSON.stringify(document), zipkinPlan).lines)).toEqual(expected)
  })

  it('repeats the owner of a huge element, wherever its members stand', () => {
    const jaeger = split(JSON.stringify([trace('a', 500), trace('b', 3)]), jaegerPlan, { lineBytes: 1000 })
    expect(jaeger.lines.length).toBeGreaterThan(10)
    for (const line of jaeger.lines) expect(line.processes).toEqual({ p1: { serviceName: 'orders' } })
    expect(new Set(ids(jaeger.lines)).size).toBe(503)
    const last = { ...bookshop(500), resource: undefined }
    const otlp = split(JSON.stringify({ resourceSpans: [{ ...last, resource: { shop: 'north' } }] }), otlpPlan, {
      lineBytes: 1000,
    })
    expect(otlp.lines.length).toBeGreaterThan(10)
    for (const line of otlp.lines) expect(line.resource).toEqual({ shop: 'north' })
    expect(otlp.lines.at(-1)?.scopeSpans?.at(-1)?.scope).toEqual({ name: 'stock' })
    expect(new Set(ids(otlp.lines)).size).toBe(501)
  })

  it('keeps every digit, long strings, raw line breaks and broken UTF-8', () => {
    const long = 'é'.repeat(600_000)
    const document = Buffer.concat([
      Buffer.from(
        `[{"id":"1","name":"${long}","duration":9007199254740993},\n{"id":"2",\n"name":"two\nlines\tand \\"quotes\\""},{"id":"3","name":"`,
      ),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}]'),
    ])
    const { lines, report } = split(document, zipkinPlan)
    expect(report).toEqual({ elements: 3, badRows: 0, truncated: false })
    expect(lines[0]?.name).toBe(long)
    expect(lines[1]?.name).toBe('two\nlines\tand "quotes"')
    expect(lines[2]?.name).toBe('\ufffd\ufffd')
    expect(readFileSync(path, 'latin1')).toContain('9007199254740993')
  })
})

describe('damage', () => {
  it('loses one span to a bad byte in it', () => {
    const compact = JSON.stringify({ data: [trace('a', 3), trace('b', 3)] })
    for (const document of [compact, JSON.stringify(JSON.parse(compact), null, 2)]) {
      const { lines, report } = split(document.replace(/"spanID":( ?)"a-1"/, '"spanID":$1\u0001"a-1"'), jaegerPlan)
      expect(report).toEqual({ elements: 5, badRows: 1, truncated: false })
      expect(ids(lines)).toEqual(['a-0', 'a-2', 'b-0', 'b-1', 'b-2'])
    }
  })

  it('loses the last span of a trace without giving the next trace a wrong owner', () => {
    const { lines, report } = split(
      JSON.stringify([trace('a', 2), trace('b', 2)]).replace('"spanID":"a-1"', '"spanID":"a-1'),
      jaegerPlan,
    )
    expect(report.badRows).toBe(1)
    expect(ids(lines)).toEqual(['a-0', 'b-0', 'b-1'])
    expect(lines[1]?.processes).toBeDefined()
  })

  it('goes on at the next line', () => {
    const line = JSON.stringify({ resourceSpans: [bookshop(1)] })
    const { report } = split(
      `${line}\n{"resourceSpans":[{"resource"\nlog output\n${line}\n${line.slice(0, 40)}\n${line}\n`,
      otlpPlan,
    )
    expect(report.elements).toBe(6)
    expect(report.badRows).toBeGreaterThanOrEqual(2)
  })

  it('passes over garbage after the document', () => {
    expect(split('[{"id":"1"}]\u0000\u0000 bye', zipkinPlan).report).toEqual({
      elements: 1,
      badRows: 1,
      truncated: false,
    })
  })

  it('refuses what is nested too deep and keeps its neighbours', () => {
    const deep = `{"id":"2","tags":${'['.repeat(5000)}${']'.repeat(5000)}}`
    const { lines } = split(`[{"id":"1"},${deep},{"id":"3"}]`, zipkinPlan)
    expect(ids(lines)).toEqual(['1', '3'])
  })

  it('survives floods of openings', () => {
    for (const piece of ['[', '{', '{"data":', ',{"spanID":[', '"', '\\', '{"spans":[{"spanID":"1"},'])
      for (const plan of [otlpPlan, jaegerPlan, zipkinPlan]) split(piece.repeat(20_000), plan)
  })

  it('hands over spools of limited size', async () => {
    writeFileSync(
      path,
      JSON.stringify(Array.from({ length: 5000 }, (_, id) => ({ id: `${id}`, name: 'x'.repeat(1000) }))),
    )
    const elements: number[] = []
    const report = await splitToSpools(
      path,
      zipkinPlan,
      [join(folder, 'one.json'), join(folder, 'two.json')],
      async (spool) => void elements.push(spool.elements),
      { spoolBytes: 1 << 20 },
    )
    expect(elements.length).toBeGreaterThan(2)
    expect(elements.reduce((sum, count) => sum + count, 0)).toBe(5000)
    expect(report).toEqual({ elements: 5000, badRows: 0, truncated: false })
  })
})

const word = fc.string({ maxLength: 12, unit: 'grapheme' })
const attributes = fc.dictionary(
  word,
  fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.array(word, { maxLength: 3 })),
  { maxKeys: 3 },
)
const layouts: [string, SplitPlan, fc.Arbitrary<object>][] = [
  ['Zipkin', zipkinPlan, fc.array(fc.record({ id: word, tags: attributes }), { maxLength: 6 })],
  [
    'Zipkin nested',
    zipkinPlan,
    fc.array(fc.array(fc.record({ id: word, tags: attributes }), { maxLength: 3 }), { maxLength: 3 }),
  ],
  [
    'Jaeger',
    jaegerPlan,
    fc.record({
      data: fc.array(
        fc.record({
          spans: fc.array(fc.record({ spanID: word, tags: attributes }), { maxLength: 4 }),
          processes: attributes,
        }),
        { maxLength: 3 },
      ),
    }),
  ],
  [
    'OTLP',
    otlpPlan,
    fc.record({
      resourceSpans: fc.array(
        fc.record({
          resource: attributes,
          scopeSpans: fc.array(
            fc.record({
              scope: attributes,
              spans: fc.array(fc.record({ spanId: word, attributes }), { maxLength: 3 }),
            }),
            { maxLength: 2 },
          ),
        }),
        { maxLength: 3 },
      ),
    }),
  ],
]

/** Where each span ends, in bytes: found by writing the document with one span more each time. */
function spanEnds(document: string): number[] {
  const ends: number[] = []
  const opens: { span: boolean }[] = []
  let key = ''
  const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/gs
  for (let found = token.exec(document); found; found = token.exec(document)) {
    const top = opens.at(-1)
    if (found[2] !== undefined) {
      key = found[1] ?? ''
      if (top && ['id', 'spanID', 'spanId'].includes(key) && !opens.some((each) => each.span)) top.span = true
    } else if (found[0] === '{' || found[0] === '[') opens.push({ span: false })
    else if (found[0] === '}' || found[0] === ']')
      if (opens.pop()?.span) ends.push(Buffer.byteLength(document.slice(0, token.lastIndex)))
  }
  return ends
}

describe.each(layouts)('%s by chance', (_, plan, documents) => {
  it('keeps exactly the whole spans before any cut', () => {
    fc.assert(
      fc.property(
        documents,
        fc.constantFrom(0, 2),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (document, indent, share) => {
          const text = JSON.stringify(document, null, indent)
          const bytes = Buffer.from(text)
          const cut = Math.floor(bytes.length * share)
          const { lines, report } = split(bytes.subarray(0, cut), plan)
          expect(report.elements).toBe(spanEnds(text).filter((end) => end <= cut).length)
          expect(report.badRows).toBe(0)
          expect(ids(lines)).toHaveLength(report.elements)
          expect(split(bytes.subarray(0, cut), plan, { lineBytes: 10 }).report).toEqual(report)
        },
      ),
      { numRuns: 300, seed: 7 },
    )
  })

  it('never throws on changed bytes, and writes valid lines only', () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (document, changes) => {
          const bytes = Buffer.from(JSON.stringify(document))
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte
          const { lines, report } = split(bytes, plan)
          expect(ids(lines).length).toBeLessThanOrEqual(report.elements)
        },
      ),
      { numRuns: 500, seed: 11 },
    )
  })
})
