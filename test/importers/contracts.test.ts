/** Contracts: which operations a document promises, and what is refused. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importEvidence, sniffImporter } from '../../src/importers/index.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

async function promised(path: string): Promise<[string | undefined, string[], Record<string, number>]> {
  const { importer } = await readInto(store, path)
  const rows = await store.rows<Record<string, string>>('SELECT * FROM contracts ORDER BY Channel')
  const told = rows.map(
    (row) => `${row['Service']}|${row['Direction']}|${row['Channel']}|${row['Host']}|${row['Message']}`,
  )
  return [importer, told, { ...store.losses }]
}

describe('sound contracts', () => {
  it.each([
    [
      'stock.openapi.yaml',
      'openapi',
      [
        'Stock API|serve|GET /v1/levels/{book}|eu.stock.bookshop.example:8443|level',
        'Stock API|serve|POST /internal/reservations||',
      ],
      { 'external-reference': 1 },
    ],
    [
      'reviews.swagger.json',
      'openapi',
      [
        'reviews|serve|GET /api/books/{id}/stars|reviews.bookshop:8080|stars',
        'reviews|serve|GET /api/readers/{id}/reviews|reviews.bookshop:8080|',
      ],
      {},
    ],
    [
      'pricing.proto',
      'protobuf-contract',
      ['|serve|bookshop.Audit/Ping||', '|serve|bookshop.Pricing/Quote||', '|serve|bookshop.Pricing/QuoteMany||'],
      {},
    ],
  ])('%s', async (file, importer, rows, losses) => {
    expect(await promised(join(samples, 'contracts', file))).toEqual([importer, rows, losses])
  })

  it('are found in a folder, beside YAML that is none', async () => {
    await store.clear()
    const folder = join(store.folder, 'repository')
    mkdirSync(folder)
    writeFileSync(join(folder, 'compose.yaml'), 'services:\n  stock: { image: stock }\n')
    writeFileSync(join(folder, 'stock.yaml'), 'openapi: "3.0.3"\ninfo: {title: stock}\npaths:\n  /levels: {get: {}}\n')
    const imported = await importEvidence([folder], () => store.sink)
    expect(imported.map(({ importer, passedOver }) => importer ?? passedOver)).toEqual(['not-evidence', 'openapi'])
  })
})

describe('what is none', () => {
  const file = (name: string, text: string): string => {
    const path = join(store.folder, name)
    writeFileSync(path, text)
    return path
  }
  it.each([
    ['paths.yaml', 'openapi: 3.0.0\npaths: [1]\n'],
    ['broken.yaml', 'openapi: 3.0.0\npaths: {\n'],
    [
      'bomb.yaml',
      `openapi: 3.0.0\ninfo: &a [${'*a,'.repeat(10)}]\npaths: {}\n${Array.from({ length: 40 }, (_, i) => `k${i}: &b${i} [${i > 0 ? `*b${i - 1},*b${i - 1},*b${i - 1}` : '1'}]`).join('\n')}\n`,
    ],
    ['broken.proto', 'syntax = "proto3";\nservice Pricing {\n  rpc Quote (Asked\n'],
  ])('%s is refused by name', async (name, text) => {
    await expect(promised(file(name, text))).rejects.toThrow(UnreadableEvidence)
  })
  it('is not taken for one', () => {
    const sniffed = (text: string) => sniffImporter(Buffer.from(text), 'x.yaml')?.id
    expect(sniffed('apiVersion: v1\npaths: {}\ninfo: openapi: 3.0\n')).toBeUndefined()
    expect(sniffed('# how to write openapi: 3.0.0\n')).toBeUndefined()
    expect(sniffed('service nginx {\n}\n')).toBeUndefined()
  })
  it('whatever is changed or cut: rows, or one clear error', async () => {
    const texts = ['stock.openapi.yaml', 'pricing.proto']
    const { readFileSync } = await import('node:fs')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat(),
        fc.string({ maxLength: 6 }),
        async (name, at, length, text) => {
          const whole = readFileSync(join(samples, 'contracts', name), 'utf8')
          const from = at % whole.length
          const path = file('changed', whole.slice(0, from) + text + whole.slice(from + (length % 40)))
          await promised(path).catch((error: unknown) => expect(error).toBeInstanceOf(UnreadableEvidence))
        },
      ),
      { numRuns: 60, seed: 7 },
    )
  })
})
