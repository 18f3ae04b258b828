/** What a report prescribes as files: names that no evidence can lead out of the folder, keys quoted, tables that hold the figures. */
import { describe, expect, it } from 'vitest'
import type { CacheCard } from '../../src/model/cache-card.js'
import type { Report } from '../../src/model/report.js'
import { prescriptionFiles } from '../../src/report/caches/prescriptions.js'

const card: CacheCard = {
  cache: 'redis://redis-levels:6379/0',
  pattern: 'level:{id}',
  origin: 'capture',
  windowSeconds: 60,
  reads: 400,
  writes: 40,
  deletes: 0,
  keys: 40,
  hits: 360,
  misses: 40,
  readers: ['stock'],
  writers: ['stock'],
  source: { kind: 'query', store: 'postgresql://pg-stock:5432/stock', tables: ['levels'] },
  worth: { callsPerSecond: 6 },
  ttl: { p50Ms: 600_000, minMs: 600_000, maxMs: 600_000, eternalShare: 0 },
  invalidation: [
    {
      store: 'postgresql://pg-stock:5432/stock',
      table: 'levels',
      writers: ['orders'],
      writes: 1_240,
      told: 37,
      tellers: ['orders'],
    },
  ],
  worstStalenessMs: 600_000,
  curve: { unit: 'bytes', points: [{ size: 1, missRatio: 1 }], knee: 4_000, enough: 9_000, present: 12_000 },
  warming: { keys: ['level:7', 'level:"9"\n'], hits: 290, ofHits: 360 },
}

const report = (caches: CacheCard[]): Report => ({ caches, audits: [] }) as unknown as Report
const named = (files: { name: string; text: string }[], ending: string) =>
  files.find(({ name }) => name.endsWith(ending))?.text

describe('prescriptions', () => {
  const files = prescriptionFiles(report([card]))

  it('tell who invalidates what, with figures', () => {
    expect(named(files, 'caches.md')).toContain('told by orders after 3 % of 1,240 changes of levels by orders')
    expect(named(files, 'caches.md')).toContain('60 s, until it is told of changes')
  })

  it('list keys to warm, and as commands', () => {
    expect(named(files, '.keys')).toBe('level:7\n')
    expect(named(files, '.redis')).toBe('EXISTS "level:7"\nEXISTS "level:\\"9\\"\\x0a"\n')
  })

  it('propose chance where all keys live for the same time', () => {
    const told = { ...card, invalidation: [] }
    expect(named(prescriptionFiles(report([told])), 'caches.md')).toContain('7 min 30 s to 12 min 30 s, by chance')
  })

  it('keep to requirements', () => {
    const bound = { ...card, ttl: { ...card.ttl, allowedMs: 5_000 } }
    expect(named(prescriptionFiles(report([bound])), 'caches.md')).toContain('at most 5 s')
  })

  it('have names without a way out of the folder', () => {
    const hostile = { ...card, pattern: '../../etc/passwd\u0000{id}', cache: 'redis://../x' }
    const twins = { ...card, pattern: '..//..//etc//passwd{id}' }
    const names = prescriptionFiles(report([hostile, twins])).map(({ name }) => name)
    expect(names.every((name) => /^[a-z0-9-]+\.(md|keys|redis)$/.test(name))).toBe(true)
    expect(new Set(names).size).toBe(names.length)
  })

  it('are none where there is no cache', () => {
    expect(prescriptionFiles(report([]))).toEqual([])
  })
})
