/** Tables of otel_traces: every format gives the rows of the request that they were exported from, and other tables are refused by name. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { readInto, samples, spanRows } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
let expected: Record<string, unknown>[]
beforeAll(async () => {
  store = await openTestStore()
  await readInto(store, join(samples, 'otlp-json/request.json'))
  expected = await spanRows(store)
})
afterAll(() => store.close())

const table = (file: string): string => join(samples, 'otel-traces-table', file)

describe('tables of otel_traces', () => {
  it.each([
    'traces.parquet',
    'traces.arrow',
    'traces.arrows',
    'traces.native',
    'traces.tsv',
    'traces.types.tsv',
    'traces.plain.tsv',
  ])('%s gives the rows that it was exported from', async (file) => {
    expect(await readInto(store, table(file))).toMatchObject({ importer: 'otel-traces-table' })
    expect(store.losses).toEqual({})
    expect(await spanRows(store)).toEqual(expected)
  })

  it('reads an older export without scopes, events and links, and says so', async () => {
    await readInto(store, table('older.parquet'))
    expect(store.losses).toEqual({ 'missing-columns': 11 })
    const rows = await spanRows(store)
    expect(rows.map((row) => [row['SpanKind'], row['StatusCode'], row['Duration']])).toEqual(
      expected.map((row) => [row['SpanKind'], row['StatusCode'], row['Duration']]),
    )
  })
})

it('keeps further columns as attributes of the span', async () => {
  const path = join(store.folder, 'further.tsv')
  const lines = readFileSync(table('traces.tsv'), 'utf8').trimEnd().split('\n')
  writeFileSync(path, lines.map((line, row) => `${line}\t${row === 0 ? "it's `tenant`" : 'north'}\n`).join(''))
  await readInto(store, path)
  expect(store.losses).toEqual({})
  const rows = await spanRows(store)
  const key = "otel_traces.it's `tenant`"
  expect(rows.map((row) => (row['SpanAttributes'] as Record<string, string>)[key])).toEqual(rows.map(() => 'north'))
})

describe('damaged tables', () => {
  it('refuses a table of something else, naming its columns', async () => {
    const error = await readInto(store, join(samples, 'invalid/stock.parquet')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UnreadableEvidence)
    expect((error as UnreadableEvidence).message).toContain('isbn, copies')
    expect((error as UnreadableEvidence).remedy).toContain('TraceId')
  })

  it('refuses a Parquet file without its end', async () => {
    await expect(readInto(store, join(samples, 'invalid/cut.parquet'))).rejects.toThrow(/cut or broken/)
  })

  it.each(['traces.native', 'traces.arrows', 'traces.parquet', 'traces.tsv'])(
    'survives %s cut or changed anywhere',
    async (file) => {
      const whole = readFileSync(table(file))
      const path = join(store.folder, 'damaged')
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: whole.length }),
          fc.nat(whole.length - 1),
          fc.option(fc.nat(255)),
          async (length, at, byte) => {
            const bytes = Buffer.from(whole)
            if (byte !== null) bytes[at] = byte
            writeFileSync(path, byte === null ? bytes.subarray(0, length) : bytes)
            try {
              await readInto(store, path)
            } catch (error) {
              expect(error).toBeInstanceOf(UnreadableEvidence)
            }
            expect(await store.count()).toBeLessThanOrEqual(6)
          },
        ),
        { seed: 731, numRuns: 20 },
      )
    },
  )

  it('reads a stream of blocks up to the cut', async () => {
    const native = readFileSync(table('traces.native'))
    const path = join(store.folder, 'cut.native')
    writeFileSync(path, Buffer.concat([native, native.subarray(0, native.length / 2)]))
    await readInto(store, path)
    expect(await store.count()).toBe(6)
    expect(store.losses).toEqual({ truncated: 1 })
  })

  it('leaves out a bad line of TSV alone', async () => {
    const lines = readFileSync(table('traces.tsv'), 'utf8').split('\n')
    const path = join(store.folder, 'bad.tsv')
    writeFileSync(path, [...lines.slice(0, 3), 'exporter restarted', ...lines.slice(3)].join('\n'))
    await readInto(store, path)
    expect(await store.count()).toBe(6)
    expect(store.losses).toEqual({ 'bad-row': 1 })
  })
})
