/** Archives that the engine unpacks itself: the same rows and losses as of the file that was packed, whole, cut, broken or odd. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readInto, spanRows } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

const spans = 9_000
const hex = (index: number, length: number): string =>
  createHash('sha256').update(index.toString()).digest('hex').slice(0, length)

/** A request a line, as the Collector's file exporter writes them; random ids, so that it does not shrink to nothing. */
function line(index: number, extra: object = {}): string {
  const span = {
    traceId: hex(index, 32),
    spanId: hex(index, 16),
    name: 'GET /books',
    kind: 2,
    startTimeUnixNano: `${1_700_000_000_000_000_000n + BigInt(index) * 1_000_000n}`,
    endTimeUnixNano: `${1_700_000_000_005_000_000n + BigInt(index) * 1_000_000n}`,
    ...extra,
  }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'catalogue' } }] }
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] })
}

const lines = Array.from({ length: spans }, (_, index) => line(index))
const file = (name: string, bytes: Uint8Array | string): string => {
  const path = join(store.folder, name)
  writeFileSync(path, bytes)
  return path
}

describe('archives read as they lie', () => {
  it('gives the rows of the file that was packed', async () => {
    await readInto(store, file('plain.jsonl', lines.join('\n')))
    const plain = await spanRows(store)
    const imported = await readInto(store, file('traces{1}.jsonl.gz', gzipSync(lines.join('\n'))))
    expect(imported.importer).toBe('otlp-json')
    expect(await spanRows(store)).toEqual(plain)
    expect(plain).toHaveLength(spans)
    expect(store.losses).toEqual({})
  })
  it('reads archives that follow each other in one file', async () => {
    const halves = [lines.slice(0, 5_000), lines.slice(5_000)].map((half) => gzipSync(`${half.join('\n')}\n`))
    await readInto(store, file('two.gz', Buffer.concat(halves)))
    expect(await spanRows(store)).toHaveLength(spans)
    expect(store.losses).toEqual({})
  })
  it('keeps what comes before the cut, and says so', async () => {
    const archive = gzipSync(lines.join('\n'))
    await readInto(store, file('cut.jsonl.gz', archive.subarray(0, Math.floor(archive.length * 0.7))))
    const rows = await spanRows(store)
    expect(rows.length).toBeGreaterThan(spans * 0.6)
    expect(rows.length).toBeLessThan(spans * 0.8)
    expect(store.losses['truncated']).toBe(1)
  })
  it('does not take a broken checksum for a whole archive', async () => {
    const archive = gzipSync(lines.join('\n'))
    archive[archive.length - 6] = (archive[archive.length - 6] ?? 0) ^ 1
    await readInto(store, file('broken.jsonl.gz', archive))
    expect((await spanRows(store)).length).toBeGreaterThan(spans * 0.9)
    expect(store.losses['truncated']).toBe(1)
  })
  it('keeps unknown fields and counts bad lines, as of a plain file', async () => {
    const odd = [...lines.slice(0, -2), line(spans - 2, { mood: 'fair' }), '{"resourceSpans": [{"oops"']
    await readInto(store, file('odd.jsonl', `${odd.join('\n')}\n`))
    const [plain, losses] = [await spanRows(store), { ...store.losses }]
    await readInto(store, file('odd.jsonl.gz', gzipSync(`${odd.join('\n')}\n`)))
    expect(await spanRows(store)).toEqual(plain)
    expect(store.losses).toEqual(losses)
    expect(plain).toHaveLength(spans - 1)
    expect(plain.filter((row) => JSON.stringify(row).includes('fair'))).toHaveLength(1)
  })
})
