/** `faultline simulate`: what is refused before anything is read, what is asked of the engine, and what is written where. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Simulations } from '../../src/engine/simulation/simulate.js'
import { UnreadableEvidence } from '../../src/model/importer.js'
import type { Simulated } from '../../src/model/simulation.js'
import { cachePolicies, studyCache, studyColdStart, zipfPopularity, zipfStream } from '../../src/simulate/index.js'
import { runWith } from './fake-environment.js'

const of: Simulated = {
  sources: ['monitor.txt'],
  cache: 'redis://cache:6379/0',
  pattern: '',
  requests: 2000,
  deletions: 0,
  objects: 100,
  totalBytes: null,
  spanMs: 100_000,
  zipfExponent: 0.9,
}

function recording(): { asked: Record<string, unknown>[]; simulations: Simulations } {
  const asked: Record<string, unknown>[] = []
  const stream = zipfStream({ requests: 2000, keyCount: 100, exponent: 0.9, seed: 1 })
  const kept = ({ live: _live, progress: _progress, remark, ...rest }: Record<string, unknown>) => {
    ;(remark as (line: string) => void)('Others: redis://\u001b[2Jother')
    asked.push(rest)
  }
  return {
    asked,
    simulations: {
      policyIds: cachePolicies.map(({ id }) => id),
      cache: async (request) => {
        kept({ ...request })
        return studyCache(stream, of)
      },
      coldStart: async (request) => {
        kept({ ...request })
        const input = {
          popularity: zipfPopularity(100, 0.9),
          requestsPerSecond: 100,
          databaseCapacityPerSecond: 50,
          databaseLatencyMs: 5,
          horizonMs: 30_000,
        }
        return studyColdStart(input, of, [])
      },
    },
  }
}

describe('faultline simulate', () => {
  it('asks for sizes, lives and policies, prints the study, and writes files by their endings', async () => {
    const { asked, simulations } = recording()
    const words =
      'simulate cache monitor.txt --pattern product:{id} --size 500 --size 20 --ttl 60s --ttl 5m --policy lru --policy arc'
    const run = await runWith([...words.split(' '), '-o', 'curve.svg', '-o', 'curve.html', '-o', 'curve.json'], {
      simulations,
    })
    expect(run.code).toBe(0)
    expect(asked).toEqual([
      {
        evidence: ['monitor.txt'],
        pattern: 'product:{id}',
        ttlsMs: [60_000, 300_000],
        sizes: [
          { value: 500, unit: 'objects' },
          { value: 20, unit: 'objects' },
        ],
        policies: ['lru', 'arc'],
      },
    ])
    expect(run.stdout).toMatch(/^all keys in redis:\/\/cache:6379\/0\n2,000 requests for 100 objects/)
    expect(run.stderr).toContain('Wrote curve.svg\nWrote curve.html\nWrote curve.json\n')
    expect(run.stderr).not.toContain('\u001b')
    const written = (name: string): string => readFileSync(join(run.folder, name), 'utf8')
    expect(written('curve.svg')).toMatch(/^<svg xmlns/)
    expect(written('curve.html')).toMatch(/^<!doctype html>/)
    expect(JSON.parse(written('curve.json'))).toMatchObject({ kind: 'cache', unit: 'objects' })
  })

  it('asks for a cold start with what was given, and nothing else', async () => {
    const { asked, simulations } = recording()
    const words =
      'simulate cold-start t/ --rate 2000 --capacity 400 --latency 8ms --other 5 --hit-ratio 90% --ttl 10m --size 64MB --retry 3 --timeout 500ms --warm 0 --single-flight --shed-load --outage 30s --horizon 5m --format json'
    const run = await runWith(words.split(' '), { simulations })
    expect(run.code).toBe(0)
    expect(asked).toEqual([
      {
        evidence: ['t/'],
        requestsPerSecond: 2000,
        databaseCapacityPerSecond: 400,
        databaseLatencyMs: 8,
        otherPerSecond: 5,
        hitRatio: 0.9,
        ttlMs: 600_000,
        retryFactor: 3,
        timeoutMs: 500,
        warmedObjects: 0,
        outageMs: 30_000,
        horizonMs: 300_000,
        size: { value: 64_000_000, unit: 'bytes' },
        singleFlight: true,
        shedding: true,
      },
    ])
    expect(JSON.parse(run.stdout)).toMatchObject({ kind: 'cold-start' })
    const plain = recording()
    await runWith(['simulate', 'cold-start', 't/'], { simulations: plain.simulations })
    expect(plain.asked).toEqual([{ evidence: ['t/'] }])
  })

  it.each([
    ['cache m.txt --policy mru', /no policy mru/, /fifo, lru, lfu/],
    ['cache m.txt --size 5MB --size 5', /objects and in bytes/, /once for each/],
    ['cache m.txt --size 5parsecs', /--size 5parsecs: Expected a size/, /Known units/],
    ['cache m.txt --size 0', /holds at least 1/, /number of objects/],
    ['cache m.txt --ttl 60', /--ttl 60: Expected a duration/, /Add the unit/],
    ['cache m.txt --ttl 0s', /--ttl 0/, /more than 0/],
    ['cache m.txt -o curve.png', /cannot tell the format/, /\.svg/],
    ['cache m.txt -o nowhere/curve.svg', /does not exist/, /Create the folder/],
    ['cold-start m.txt --rate fast', /Expected a number/, /20/],
    ['cold-start m.txt --retry 0.5', /first attempt counts/, /Give 1/],
    ['cold-start m.txt --hit-ratio 2', /Expected a ratio/, /2%/],
    ['cold-start', /missing required argument/, /evidence/],
    ['', /Usage: faultline simulate/, /cold-start/],
    ['warm-start', /unknown command|too many arguments|Usage/, /./],
  ])('refuses simulate %s', async (words, message, remedy) => {
    const { asked, simulations } = recording()
    const run = await runWith(['simulate', ...words.split(' ').filter(Boolean)], { simulations })
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(message)
    expect(run.stderr).toMatch(remedy)
    expect(asked).toEqual([])
  })

  it('says what is wrong with evidence, and writes nothing', async () => {
    const { simulations } = recording()
    const cache = () => Promise.reject(new UnreadableEvidence('m.txt', 'shows no read of a key', 'Give others.'))
    const run = await runWith(['simulate', 'cache', 'm.txt', '-o', 'x.svg'], { simulations: { ...simulations, cache } })
    expect(run).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'faultline: m.txt: shows no read of a key\n  Give others.\n',
    })
  })

  it('has help with examples', async () => {
    for (const words of [['cache'], ['cold-start']]) {
      const run = await runWith(['simulate', ...words, '--help'])
      expect(run.code).toBe(0)
      expect(run.stdout).toContain(`faultline simulate ${words[0]!}`)
      expect(run.stdout).toContain('Exit codes:')
    }
  })
})
