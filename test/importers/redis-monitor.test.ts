/** Captures of redis-cli MONITOR: a row a key, values measured and not kept, escapes undone, times to live in ms, what was cut counted. */
import { gzipSync } from 'node:zlib'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importEvidence, sniffImporter } from '../../src/importers/index.js'
import { redisMonitor } from '../../src/importers/redis-monitor.js'
import { openTestStore, type TestStore } from './test-sink.js'

const sample = new URL('../../samples/redis/7.0/monitor.txt', import.meta.url).pathname
let store: TestStore

beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.rows('SELECT 1')
  await store.clear()
})
afterAll(() => store.close())

interface Row {
  Database: string
  Client: string
  Command: string
  Key: string
  ValueBytes: number
  TtlMs: string
  Position: number
}

async function read(path: string): Promise<Row[]> {
  await importEvidence([path], () => store.sink)
  return store.rows<Row>(
    'SELECT Database, Client, Command, Key, ValueBytes, TtlMs, Position FROM cache_commands ORDER BY AtNs, Seq, Position',
  )
}

describe('a capture of MONITOR', () => {
  it('is known by its first lines', () => {
    expect(sniffImporter(readFileSync(sample), 'monitor.txt')).toBe(redisMonitor)
    expect(redisMonitor.sniff(Buffer.from('1795479470.204950 nothing'), 'log.txt')).toBe(0)
    expect(redisMonitor.sniff(Buffer.from(''), 'empty')).toBe(0)
  })

  it('gives a row a key', async () => {
    const rows = await read(sample)
    expect(rows.map((row) => [row.Command, row.Key, row.ValueBytes, Number(row.TtlMs), row.Position])).toEqual([
      ['GET', 'book:12', 0, 0, 0],
      ['SET', 'book:12', 24, 600_000, 0],
      ['SET', 'book:13', 5, -1, 0],
      ['SETEX', 'page:front', 13, 30_000, 0],
      ['MGET', 'book:12', 0, 0, 0],
      ['MGET', 'book:13', 0, 0, 1],
      ['MGET', 'book:14', 0, 0, 2],
      ['MSET', 'a b', 1, -1, 0],
      ['MSET', 'c"d', 1, -1, 1],
      ['SETNX', 'lock:7', 1, 5000, 0],
      ['GET', 'book:12', 0, 0, 0],
      ['EVALSHA', 'stock:1', 0, 0, 0],
      ['EVALSHA', 'stock:2', 0, 0, 1],
      ['EXPIRE', 'book:13', 0, 60_000, 0],
      ['PEXPIREAT', 'page:front', 0, 10_000, 0],
      ['GETEX', 'book:12', 0, -1, 0],
      ['SET', 'café', 1, 0, 0],
      ['UNLINK', 'book:12', 0, 0, 0],
      ['UNLINK', 'back\\slash', 0, 0, 1],
    ])
    expect(new Set(rows.map((row) => row.Database))).toEqual(new Set(['2']))
    expect(rows.map((row) => row.Client)).toContain('[::1]:56160')
    expect(rows.map((row) => row.Client)).toContain('lua')
    expect(rows.map((row) => row.Client)).toContain('unix:/run/redis.sock')
  })

  it('counts the line that was cut', async () => {
    await read(sample)
    expect(store.losses).toEqual({ truncated: 1 })
  })

  it('keeps no value', async () => {
    await read(sample)
    const text = JSON.stringify(await store.rows('SELECT * FROM cache_commands'))
    expect(text).not.toContain('Moby')
    expect(text).not.toContain('h1')
  })

  it('is the same when compressed', async () => {
    const plain = await read(sample)
    const path = join(store.folder, 'monitor.txt.gz')
    writeFileSync(path, gzipSync(readFileSync(sample)))
    await store.rows('SELECT 1')
    await store.clear()
    expect(await read(path)).toEqual(plain)
  })

  it('is refused when it holds no key', async () => {
    const path = join(store.folder, 'pings.txt')
    writeFileSync(path, '1795479470.204950 [0 127.0.0.1:56158] "PING"\n')
    await expect(importEvidence([path], () => store.sink)).rejects.toThrow('holds no command that names a key')
  })
})
