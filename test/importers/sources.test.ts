/** The way from an argument to an open file: folders, globs, archives, streams, and every way in which a name can be wrong. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importEvidence, importers } from '../../src/importers/index.js'
import { expandEvidence, openSource } from '../../src/importers/sources.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { fileOf, open, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
let folder: string
const request = join(samples, 'otlp-json/request.json')
/** `zstd` of the one line `{"resourceSpans":[]}`, as the command-line tool writes it, without a checksum. */
const line = '{"resourceSpans":[]}\n'
const rawZstd = Buffer.concat([
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, line.length, (line.length << 3) | 1, 0, 0]),
  Buffer.from(line),
])

beforeAll(async () => {
  store = await openTestStore()
  folder = mkdtempSync(join(tmpdir(), 'faultline-sources-'))
  mkdirSync(join(folder, 'shelf/back'), { recursive: true })
  mkdirSync(join(folder, 'bare'))
  writeFileSync(join(folder, 'shelf/b.json'), readFileSync(request))
  writeFileSync(join(folder, 'shelf/back/a.json.gz'), gzipSync(readFileSync(request)))
  writeFileSync(join(folder, 'shelf/.hidden.json'), readFileSync(request))
  writeFileSync(join(folder, 'shelf/README.md'), '# The traces of the bookshop\n')
  writeFileSync(join(folder, 'shelf/stock.csv'), 'isbn,copies\n978-0,3\n')
  writeFileSync(join(folder, 'shelf/rotated.json'), '')
  writeFileSync(join(folder, 'shelf/[odd] *name*.json'), readFileSync(request))
  symlinkSync(join(folder, 'shelf'), join(folder, 'shelf/back/round'))
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const refusal = async (evidence: string[], stdin?: Readable): Promise<UnreadableEvidence> => {
  const thrown = await importEvidence(evidence, () => store.sink, stdin).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(UnreadableEvidence)
  return thrown as UnreadableEvidence
}

describe('finding evidence', () => {
  it('walks a folder in order, without hidden files and without going round', async () => {
    const files = await expandEvidence([join(folder, 'shelf')])
    expect(files.map(({ name }) => name.slice(folder.length))).toEqual([
      '/shelf/README.md',
      '/shelf/[odd] *name*.json',
      '/shelf/b.json',
      '/shelf/back/a.json.gz',
      '/shelf/rotated.json',
      '/shelf/stock.csv',
    ])
  })

  it('takes a name that exists for a file, and any other with glob characters for a pattern', async () => {
    expect(await expandEvidence([join(folder, 'shelf/[odd] *name*.json')])).toMatchObject([{ named: true }])
    const matched = await expandEvidence([join(folder, 'shelf/**/*.{json,gz}')])
    expect(matched.map(({ path }) => basename(path))).toEqual([
      '[odd] *name*.json',
      'b.json',
      'a.json.gz',
      'rotated.json',
    ])
  })

  it('reads a file once, however often it is named', async () => {
    expect(
      await expandEvidence([request, join(samples, 'otlp-json/../otlp-json/request.json'), '-', '-']),
    ).toHaveLength(2)
  })

  it.each([
    ['no-such-file.json', 'does not exist'],
    ['', 'does not exist'],
    ['no/such/*.json', 'matches no file'],
    ['clickhouse://localhost/traces', 'is an address'],
    ['\0', 'is no name of a file'],
    ['long'.repeat(2000), 'too long'],
  ])('refuses a name that cannot be: %.20s', async (name, why) => {
    expect((await refusal([name])).message).toContain(why)
  })

  it('refuses a folder without files', async () => {
    expect((await refusal([join(folder, 'bare')])).message).toContain('without files')
  })
})

describe('opening evidence', () => {
  it('uses a plain file where it lies', async () => {
    expect(await open(request, store)).toMatchObject({ path: request, truncated: false, sizeBytes: 9806 })
  })

  it('knows archives by their bytes, not their names', async () => {
    const path = join(folder, 'archive.json')
    writeFileSync(path, Buffer.concat([gzipSync(readFileSync(request)), gzipSync(readFileSync(request))]))
    const source = await open(path, store)
    expect(source?.sizeBytes).toBe(2 * readFileSync(request).length)
    writeFileSync(path, rawZstd)
    expect(Buffer.from((await open(path, store))?.head ?? []).toString()).toBe(line)
  })

  it('gives what came before the cut of an archive', async () => {
    const path = join(folder, 'cut.gz')
    const archive = gzipSync(readFileSync(request))
    writeFileSync(path, archive.subarray(0, archive.length - 20))
    const source = await open(path, store)
    expect(source?.truncated).toBe(true)
    expect(source?.sizeBytes).toBeGreaterThan(1000)
    writeFileSync(path, archive.subarray(0, 11))
    await expect(open(path, store)).rejects.toThrow(/breaks off/)
  })

  it('spools standard input', async () => {
    const source = await openSource(
      fileOf('-'),
      (extension) => store.sink.spoolPath(extension),
      Readable.from([gzipSync(readFileSync(request))]),
    )
    expect(readFileSync(source?.path ?? '')).toEqual(readFileSync(request))
  })
})

describe('reading evidence', () => {
  it('reads a folder of many things and passes over the rest', async () => {
    await store.clear()
    const imported = await importEvidence([join(folder, 'shelf')], () => store.sink)
    expect(imported.map(({ importer, passedOver }) => importer ?? passedOver)).toEqual([
      'not-evidence',
      'otlp-json',
      'otlp-json',
      'otlp-json',
      'empty',
      'unknown',
    ])
    expect(store.losses).toEqual({ 'empty-file': 1, 'unknown-file': 1 })
    expect(await store.count()).toBe(18)
  })

  it('reads standard input', async () => {
    await store.clear()
    await importEvidence(['-'], () => store.sink, Readable.from([readFileSync(request)]))
    expect(await store.count()).toBe(6)
    expect((await refusal(['-'], Readable.from([]))).message).toContain('is empty')
  })

  it.each([
    ['page.json', 'HTML'],
    ['stock.csv', 'CSV'],
    ['collector.yaml', 'YAML'],
    ['logs.json', 'OTLP logs'],
    ['metrics.pb', 'binary'],
    ['orders.json', 'JSON with the keys orders'],
    ['noise.bin', 'binary'],
    ['empty.json', 'empty'],
    ['torn.json', 'no whole span'],
  ])('says what %s looks like', async (file, looks) => {
    const error = await refusal([join(samples, 'invalid', file)])
    expect(error.source).toContain(file)
    expect(error.message).toContain(looks)
    expect(error.remedy).not.toBe('')
  })

  it('refuses a folder in which nothing can be read', async () => {
    const only = join(folder, 'only')
    mkdirSync(only)
    writeFileSync(join(only, 'stock.csv'), 'isbn,copies\n978-0,3\n')
    expect((await refusal([only])).message).toContain('CSV')
  })

  it('never throws while sniffing', () => {
    for (const bytes of [[], [0], [0x0a], [0x7b], [0xff, 0xff, 0xff, 0xff], [0x50, 0x41, 0x52, 0x31]]) {
      for (const importer of importers) expect(importer.sniff(Uint8Array.from(bytes), '\0')).toBeLessThanOrEqual(1)
    }
  })
})
