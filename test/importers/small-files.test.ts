/** Many small files read together give what each gives alone, whatever is wrong with some of them. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importEvidence } from '../../src/importers/index.js'
import type { Sink } from '../../src/model/importer.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

type Counted = ReturnType<TestStore['another']>

/** What the evidence gives: the rows in a fixed order, and what was counted for each file by name. */
async function readAll(
  paths: string[],
): Promise<{ rows: object[]; counts: [string, number, object][]; queries: number }> {
  await store.clear()
  const sinks = new Map<string, Counted>()
  let queries = 0
  await importEvidence(paths, (name): Sink => {
    const sink = store.another()
    sinks.set(name, sink)
    return {
      ...sink,
      insertSelect: (...select) => {
        queries++
        return sink.insertSelect(...select)
      },
    }
  })
  return {
    rows: await store.rows('SELECT * FROM otel_traces ORDER BY TraceId, SpanId, Timestamp, toString(SpanAttributes)'),
    counts: [...sinks].map(([name, { totals }]) => [name, totals.spans, Object.fromEntries([...totals.losses].sort())]),
    queries,
  }
}

const kinds = ['otlp-json', 'otlp-protobuf', 'jaeger', 'zipkin']

it.each(kinds)('%s: together as alone', async (kind) => {
  const originals = globSync([`${kind}/**/*.{json,jsonl,pb}`, `invalid/**/*${kind}*`], { cwd: samples }).sort()
  const shelf = join(store.folder, `shelf-${kind}`)
  mkdirSync(shelf)
  // Names that would be patterns, SQL or addresses if they ever reached the engine.
  const paths = originals.map((path, index) => {
    const copy = join(shelf, `${String(index)} '; DROP TABLE x {a,b}*?:: ${path.replaceAll('/', '-')}`)
    cpSync(join(samples, path), copy)
    return copy
  })
  const text = kind === 'otlp-protobuf' ? undefined : readFileSync(paths[0] as string, 'utf8')
  if (text !== undefined) {
    const cut = join(shelf, 'cut.json')
    writeFileSync(cut, text.slice(0, -40))
    paths.push(cut)
  }
  const alone: [string, number, object][] = []
  for (const path of paths) {
    const { counts } = await readAll([path]).catch((error: Error) => ({ counts: [[path, 0, { error: error.name }]] }))
    alone.push(...(counts as [string, number, object][]))
  }
  const readable = alone.filter(([, , losses]) => !('error' in losses)).map(([name]) => name)
  const together = await readAll(readable)
  expect(together.counts).toEqual(alone.filter(([name]) => readable.includes(name)))
  expect(together.rows.length).toBe(together.counts.reduce((sum, [, spans]) => sum + spans, 0))
})

it('reads two hundred files with one query', async () => {
  const request = readFileSync(join(samples, 'otlp-json/request.json'), 'utf8')
  const shelf = join(store.folder, 'many')
  mkdirSync(shelf)
  for (let index = 0; index < 200; index++) writeFileSync(join(shelf, `${String(index)}.json`), request)
  const { rows, counts, queries } = await readAll([shelf])
  expect(queries).toBe(1)
  expect(counts.length).toBe(200)
  expect(new Set(counts.map(([, spans]) => spans)).size).toBe(1)
  expect(rows.length).toBe(200 * (counts[0]?.[1] ?? 0))
})

it('reads a file that says which file it is alone', async () => {
  await readInto(store, join(samples, 'otlp-json/request.json'))
  const whole = await store.count()
  const request = readFileSync(join(samples, 'otlp-json/request.json'), 'utf8')
  const shelf = join(store.folder, 'liar')
  mkdirSync(shelf)
  const liar = request.replace('"scopeSpans"', '"faultlineFile": 1, "scopeSpans"')
  expect(liar).not.toBe(request)
  for (const [name, text] of [
    ['a', request],
    ['b', liar],
    ['c', request],
  ] as const)
    writeFileSync(join(shelf, `${name}.json`), text)
  expect((await readAll([shelf])).counts.map(([, spans, losses]) => [spans, losses])).toEqual([
    [whole, {}],
    [whole, {}],
    [whole, {}],
  ])
})
