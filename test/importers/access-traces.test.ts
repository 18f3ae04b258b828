/** Traces of accesses to caches: every format gives its requests in order, and no other text is taken for one. */
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sniffImporter } from '../../src/importers/index.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

const trace = (file: string): string => join(samples, 'cache-traces', file)

interface Request {
  Seq: string
  AtNs: string
  Command: string
  Key: string
  Client: string
  ValueBytes: number
  TtlMs: string
}

const requests = (): Promise<Request[]> =>
  store.rows<Request>(
    'SELECT Seq, AtNs, Command, Key, Client, ValueBytes, TtlMs FROM cache_commands ORDER BY Source, Seq, Position',
  )

const textLines = (file: string): string[] => readFileSync(trace(file), 'utf8').split(/\r?\n/).slice(0, -1)

describe('traces of accesses', () => {
  it('reads Twitter’s, whose keys may hold commas', async () => {
    expect(await readInto(store, trace('twitter.csv'))).toMatchObject({ importer: 'twitter-cache-trace' })
    expect(store.losses).toEqual({})
    const rows = await requests()
    expect(rows.map((row) => row.Key).filter((key) => key.includes(','))).toContain('book:faust,de')
    const told = rows.map((row) => {
      const ttl = row.TtlMs === '-1' ? 0 : Number(row.TtlMs) / 1000
      return [
        Number(row.AtNs) / 1e9,
        row.Key,
        row.Key.length,
        row.ValueBytes,
        row.Client,
        row.Command.toLowerCase(),
        ttl,
      ].join(',')
    })
    expect(told).toEqual(textLines('twitter.csv'))
    const lives = new Set(rows.map((row) => `${row.Command} ${row.TtlMs}`))
    expect(lives).toContain('SET -1')
    expect(lives).toContain('SET 3600000')
    expect(lives).not.toContain('GET -1')
  })

  it('reads libCacheSim’s CSV', async () => {
    expect(await readInto(store, trace('libcachesim.csv'))).toMatchObject({ importer: 'cache-trace-csv' })
    const rows = await requests()
    expect(rows).toHaveLength(24)
    expect(rows[1]).toEqual({
      Seq: '2',
      AtNs: '500000000',
      Command: 'GET',
      Key: '2',
      Client: '',
      ValueBytes: 200,
      TtlMs: '0',
    })
  })

  it('reads oracleGeneral, and its whole records when it was cut', async () => {
    expect(await readInto(store, trace('requests.oracleGeneral.bin'))).toMatchObject({ importer: 'oracle-general' })
    const bytes = readFileSync(trace('requests.oracleGeneral.bin'))
    const rows = await requests()
    expect(rows.map((row) => row.Key)).toEqual(
      Array.from({ length: 30 }, (_, i) => bytes.readBigUInt64LE(24 * i + 4).toString()),
    )
    expect(rows.map((row) => [Number(row.AtNs) / 1e9, row.ValueBytes])).toEqual(
      Array.from({ length: 30 }, (_, i) => [bytes.readUInt32LE(24 * i), bytes.readUInt32LE(24 * i + 12)]),
    )
    const cut = join(store.folder, 'cut.bin')
    writeFileSync(cut, bytes.subarray(0, 24 * 12 + 7))
    await readInto(store, cut)
    expect(await requests()).toHaveLength(12)
    expect(store.losses).toEqual({ truncated: 1 })
  })

  it('reads block numbers; a line that is no number is no request', async () => {
    expect(await readInto(store, trace('blocks.trace'))).toMatchObject({ importer: 'key-trace' })
    expect(store.losses).toEqual({})
    const rows = await requests()
    expect(rows.map((row) => row.Key)).toEqual(textLines('blocks.trace').filter((line) => line !== '*'))
    // The number of a line is its place, whatever was left out before it.
    expect(rows.at(-1)!.Seq).toBe('59')
    const odd = join(store.folder, 'blocks.txt')
    writeFileSync(odd, `${'7\n'.repeat(40_000)}nine\n\n8\n`)
    await readInto(store, odd)
    expect(store.losses).toEqual({ 'bad-row': 1 })
    expect(await requests()).toHaveLength(40_001)
  })

  it('reads words where the name says so, and only there', async () => {
    expect(await readInto(store, trace('words.keys'))).toMatchObject({ importer: 'key-trace' })
    expect((await requests()).map((row) => row.Key)).toEqual(textLines('words.keys'))
    const list = join(store.folder, 'words.txt')
    copyFileSync(trace('words.keys'), list)
    await expect(readInto(store, list)).rejects.toThrow(UnreadableEvidence)
  })

  it('reads keys of 4 bytes, packed too', async () => {
    const bytes = readFileSync(trace('web.trace'))
    const packed = join(store.folder, 'web.trace.gz')
    writeFileSync(packed, gzipSync(bytes))
    for (const path of [trace('web.trace'), packed]) {
      expect(await readInto(store, path)).toMatchObject({ importer: 'binary-keys' })
      expect((await requests()).map((row) => row.Key)).toEqual(
        Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i).toString()),
      )
    }
  })

  it('keeps the order of a million requests', async () => {
    const path = join(store.folder, 'million.trace')
    writeFileSync(path, Array.from({ length: 1_000_000 }, (_, i) => `${(i * 7919) % 1_000_003}`).join('\n'))
    await readInto(store, path)
    const [row] = await store.rows<Record<string, string>>(
      'SELECT count() AS rows, countIf(toUInt64(Key) = (Seq * 7919) % 1000003) AS placed FROM cache_commands',
    )
    expect(row).toEqual({ rows: '1000000', placed: '1000000' })
  })
})

const ids = ['twitter-cache-trace', 'oracle-general', 'cache-trace-csv', 'key-trace', 'binary-keys']

describe('what is no trace of accesses', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return name === 'cache-traces' ? [] : files(path)
      return [path]
    })

  it('is left alone: samples of other formats, invalid ones, sources and documents', () => {
    const root = join(samples, '..')
    const all = [
      ...files(samples),
      ...files(join(root, 'src/lib')),
      ...files(join(root, 'docs')),
      join(root, 'package-lock.json'),
    ]
    for (const path of all) {
      const head = readFileSync(path).subarray(0, 65_536)
      expect(ids, path).not.toContain(sniffImporter(head, path)?.id)
    }
  })

  it('is left alone: lists of a few numbers, words, tables, noise', () => {
    const texts = [
      '1\n2\n3\n',
      'a\nb\nc\nd\ne\nf\ng\nh\ni\n',
      '1,2\n'.repeat(50),
      '1 2\n'.repeat(50),
      '1.5\n'.repeat(50),
      '\0'.repeat(4096),
    ]
    for (const text of texts)
      expect(ids, text.slice(0, 20)).not.toContain(sniffImporter(Buffer.from(text), 'notes.txt')?.id)
    const json = '{"a":1}\n'.repeat(20)
    expect(sniffImporter(Buffer.from(json), 'spans.trace')?.id).not.toBe('key-trace')
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 2048 }), (noise) => {
        expect(ids).not.toContain(sniffImporter(noise, 'noise.trace')?.id)
      }),
      { seed: 41 },
    )
  })
})

it('whatever is changed or cut, reading ends, with rows and losses or with an error that says what to do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        'twitter.csv',
        'libcachesim.csv',
        'requests.oracleGeneral.bin',
        'blocks.trace',
        'words.keys',
        'web.trace',
      ),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat({ max: 255 })), { maxLength: 3 }),
      async (file, cut, changes) => {
        const bytes = Buffer.from(readFileSync(trace(file)))
        for (const [place, value] of changes) bytes[Math.floor(place * bytes.length)] = value
        const path = join(store.folder, file)
        writeFileSync(path, bytes.subarray(0, Math.ceil(cut * bytes.length)))
        try {
          const { importer } = await readInto(store, path)
          if (importer !== undefined && ids.includes(importer)) expect((await requests()).length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableEvidence)
        }
      },
    ),
    { seed: 42, numRuns: 60 },
  )
})
