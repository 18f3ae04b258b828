/** Simulations of evidence: what the engine reads as a stream is what was written, and choices and refusals are clear. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseKeys, globExpression } from '../../src/engine/simulation/choose-keys.js'
import { idsOf } from '../../src/engine/simulation/key-ids.js'
import { readStream } from '../../src/engine/simulation/read-stream.js'
import { simulations } from '../../src/engine/simulation/simulate.js'
import { withAccesses } from '../../src/engine/simulation/with-accesses.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { cachePolicyOf, runCache, zipfStream } from '../../src/simulate/index.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-simulation-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const sizeOf = (book: number): number => 100 + ((book * 37) % 900)

/** Two kinds of keys, ten requests a second, some deletions; sizes come with the writes only. */
function shop(): { text: string; books: number[] } {
  const { keys } = zipfStream({ requests: 3000, keyCount: 200, exponent: 0.9, seed: 3 })
  const lines: string[] = []
  const books: number[] = []
  keys.forEach((book, i) => {
    const at = Math.floor(i / 10)
    if (i % 5 === 4) lines.push(`${at},session:${book % 7},9,0,1,get,0`)
    else {
      books.push(book)
      lines.push(`${at},book:${book + 1000}:price,15,0,1,get,0`)
      if (i % 50 === 0) lines.push(`${at},book:${book + 1000}:price,15,${sizeOf(book)},1,set,60`)
    }
  })
  return { text: `${lines.join('\n')}\n`, books }
}

describe('a trace of accesses', () => {
  it('gives the miss ratios of its requests, whole, by pattern and by glob', async () => {
    const { text, books } = shop()
    const path = file('shop.csv', text)
    const pattern = 'book:{id}:price'
    const study = await simulations.cache({ evidence: [path], pattern, sizes: [{ value: 20, unit: 'objects' }] })
    expect(study.of).toMatchObject({ sources: [path], pattern, requests: books.length, deletions: 0, spanMs: 299_000 })
    const stream = { keys: Uint32Array.from(books), keyCount: 200 }
    for (const { id, missRatios } of study.tables[0]!.policies) {
      // Ids are numbered in order of appearance, and only W-TinyLFU's sketch looks at numbers.
      if (id === 'w-tinylfu') continue
      expect(missRatios[0], id).toBe(runCache(stream, cachePolicyOf(id)!, { capacity: 20 }).missRatio)
    }
    const globbed = await simulations.cache({
      evidence: [path],
      pattern: 'book:*',
      sizes: [{ value: 20, unit: 'objects' }],
    })
    expect(globbed.tables).toEqual(study.tables)
    const whole = await simulations.cache({ evidence: [path], ttlsMs: [60_000], policies: ['lru'] })
    expect(whole.of.requests).toBe(3000)
    expect(whole.tables[0]).toMatchObject({ ttlMs: 60_000, policies: [{ id: 'lru' }] })
  }, 180_000)

  it('takes sizes from writes, and means for objects that were never written', async () => {
    const path = file('sized.csv', shop().text)
    const study = await simulations.cache({
      evidence: [path],
      pattern: 'book:*',
      sizes: [{ value: 5000, unit: 'bytes' }],
      policies: ['lru'],
    })
    expect(study.unit).toBe('bytes')
    expect(study.of.totalBytes).toBeGreaterThan(200 * 100)
    expect(study.tables[0]!.optimal.exact).toBe(false)
  })

  it('refuses in words what it cannot answer', async () => {
    const blocks = file('blocks.trace', '1\n2\n3\n'.repeat(10))
    const fails = async (answer: Promise<unknown>, message: RegExp, remedy: RegExp): Promise<void> => {
      const error: unknown = await answer.catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UnreadableEvidence)
      expect((error as UnreadableEvidence).message).toMatch(message)
      expect((error as UnreadableEvidence).remedy).toMatch(remedy)
    }
    await withAccesses({ evidence: [blocks] }, async (accesses) => {
      await fails(
        chooseKeys(accesses, { pattern: 'page:*' }),
        /no read of a key of page:\*/,
        /Patterns that are read: \{id\}/,
      )
      await fails(chooseKeys(accesses, { cache: 'nowhere' }), /no cache called nowhere/, /Caches that are read: redis:/)
      const { sizes, stream, of } = await readStream(accesses, await chooseKeys(accesses, {}))
      expect(sizes).toBeUndefined()
      expect([...stream.keys.subarray(0, 4)]).toEqual([0, 1, 2, 0])
      expect(of).toMatchObject({ requests: 30, objects: 3, spanMs: null, totalBytes: null })
    })
    await fails(simulations.cache({ evidence: [blocks], ttlsMs: [1000] }), /no times/, /--ttl/)
    await fails(simulations.coldStart({ evidence: [blocks], requestsPerSecond: 100 }), /can serve/, /--capacity/)
  }, 180_000)

  it('starts cold with what was given, measured and assumed told apart', async () => {
    const path = file('cold.csv', shop().text)
    const study = await simulations.coldStart({
      evidence: [path],
      pattern: 'book:*',
      databaseCapacityPerSecond: 5,
      retryFactor: 2,
    })
    const origins = Object.fromEntries(study.inputs.map(({ id, value, origin }) => [id, [value, origin]]))
    expect(origins).toMatchObject({
      capacity: [5, 'given'],
      retry: [2, 'given'],
      latency: [5, 'assumed'],
      timeout: [1000, 'assumed'],
    })
    expect(origins['rate']).toEqual([(2400 * 1000) / 299_000, 'measured'])
    expect(study.scenes[0]!.overloadedMs).toBeGreaterThan(0)
    const borne = await simulations.coldStart({
      evidence: [path],
      databaseCapacityPerSecond: 500,
      warmedObjects: 50,
      singleFlight: true,
    })
    expect(borne.scenes.map(({ id }) => id)).toEqual(['plain', 'single-flight', 'warmed', 'both'])
    expect(borne.scenes[0]).toMatchObject({ overloadedMs: 0, stuck: false })
  })
})

describe('pieces', () => {
  it('numbers hashes in order of appearance, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 0xffffffff })), { maxLength: 5000, size: 'max' }),
        (drawn) => {
          const words = Uint32Array.from(drawn.flatMap(([low, high]) => [low, high % 700, 0]))
          const { ids, count } = idsOf(words, 3)
          const known = new Map<string, number>()
          const expected = drawn.map(([low, high]) => {
            const key = `${low} ${high % 700}`
            if (!known.has(key)) known.set(key, known.size)
            return known.get(key)!
          })
          expect([...ids]).toEqual(expected)
          expect(count).toBe(known.size)
        },
      ),
      { seed: 51, numRuns: 50 },
    )
  })

  it('takes a glob for what it says', () => {
    expect('book:{id}:price').toMatch(new RegExp(globExpression('book:{id}:*')))
    expect('book.1').toMatch(new RegExp(globExpression('book.?')))
    expect('bookx1').not.toMatch(new RegExp(globExpression('book.1')))
  })
})
