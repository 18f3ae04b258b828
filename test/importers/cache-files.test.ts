/** What Redis and memcached say of themselves, saved to files: each observation a row, whatever else lies around it. */
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importEvidence } from '../../src/importers/index.js'
import { fileOf, readInto, samples } from './read-sample.js'
import { importFile } from '../../src/importers/index.js'
import { openTestStore, type TestStore } from './test-sink.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

const folder = mkdtempSync(join(tmpdir(), 'faultline-caches-'))
let written = 0
function fileWith(content: string | Buffer, name = `${written++}.txt`): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

interface Row {
  Database: string
  [column: string]: unknown
}

async function serversOf(path: string): Promise<Row[]> {
  await store.sink.insertRows('cache_servers', [])
  await store.sink.insertInto('cache_servers', 'SELECT 1 AS Hits WHERE 0')
  const before = (await store.rows<Row>('SELECT * FROM cache_servers')).length
  await importFile(fileOf(path), store.sink)
  const rows = await store.rows<Row>('SELECT * FROM cache_servers ORDER BY Source, AtMs, Database')
  return rows.filter((row) => row['Source'] === path || before === 0)
}

describe('INFO of Redis', () => {
  it('of two observations in one file', async () => {
    const path = join(samples, 'redis/7.0/info.txt')
    const rows = await serversOf(path)
    expect(
      rows.map(({ Database, Keys, KeysWithExpiry, Hits, Misses }) => [Database, Keys, KeysWithExpiry, Hits, Misses]),
    ).toEqual([
      ['', '4', '3', '3', '1'],
      ['0', '3', '3', '-1', '-1'],
      ['2', '1', '0', '-1', '-1'],
      ['', '4', '3', '4', '1'],
      ['0', '3', '3', '-1', '-1'],
      ['2', '1', '0', '-1', '-1'],
    ])
    expect(rows[0]).toMatchObject({
      Cache: '',
      System: 'redis',
      Version: '7.0.15',
      MaxBytes: '33554432',
      Policy: 'allkeys-lru',
      Expired: '0',
      Evicted: '0',
      Shards: 1,
      Denied: [],
    })
    expect(Number(rows[3]?.['AtMs'])).toBeGreaterThan(Number(rows[0]?.['AtMs']))
  })

  it('of one section, compressed, with the marks of Windows', async () => {
    const stats = readFileSync(join(samples, 'redis/7.0/info-stats.txt'), 'utf8')
    const [row] = await serversOf(fileWith(gzipSync(stats.replace(/\r?\n/g, '\r\n')), 'stats.txt.gz'))
    expect(row).toMatchObject({
      Hits: '4',
      Misses: '1',
      Version: '',
      Keys: '-1',
      MaxBytes: '-1',
      Policy: '',
      AtMs: '0',
    })
  })

  it('of Valkey', async () => {
    const text =
      '# Server\nredis_version:7.2.4\nserver_name:valkey\nvalkey_version:8.0.1\n# Keyspace\ndb0:keys=5,expires=1,avg_ttl=10,subexpiry=0\n'
    expect(await serversOf(fileWith(text))).toMatchObject([
      { System: 'valkey', Version: '8.0.1', Keys: '5', AvgTtlMs: '10' },
      { Database: '0', Keys: '5' },
    ])
  })

  it('that is cut, strange or hostile gives what it says, and nothing that it does not', async () => {
    const text = `# Server\nredis_version:<b>\u001b[2J${'9'.repeat(5_000)}\nkeyspace_hits:99999999999999999999\nkeyspace_misses:-1\nused_memory:1e9\nmaxmemory:\ndb0:keys=7\ndb99999999999:keys=1\nmaxmem`
    const [server, database, ...more] = await serversOf(fileWith(text))
    expect(server).toMatchObject({ Hits: '-1', Misses: '-1', UsedBytes: '-1', MaxBytes: '-1', Keys: '7' })
    expect(String(server?.['Version']).length).toBe(500)
    expect(database).toMatchObject({ Database: '0', Keys: '7', KeysWithExpiry: '-1', AvgTtlMs: '-1' })
    expect(more).toEqual([])
  })
})

describe('stats of memcached', () => {
  it('as the server gives them', async () => {
    const [row, ...more] = await serversOf(join(samples, 'memcached/1.6/stats.txt'))
    expect(more).toEqual([])
    expect(row).toMatchObject({
      System: 'memcached',
      Version: '1.6.18',
      Hits: '1',
      Misses: '1',
      Keys: '1',
      MaxBytes: '33554432',
      Policy: '',
      Database: '',
    })
    expect(Number(row?.['AtMs'])).toBeGreaterThan(1.7e12)
  })

  it('as memcached-tool prints them', async () => {
    const [row] = await serversOf(join(samples, 'memcached/1.6/memcached-tool.txt'))
    expect(row).toMatchObject({ System: 'memcached', Version: '1.6.18', Hits: '1', Misses: '1', Keys: '1' })
  })
})

describe('a folder', () => {
  it('is looked into for them although such names are mostly notes, and notes stay notes', async () => {
    const mixed = mkdtempSync(join(tmpdir(), 'faultline-mixed-'))
    copyFileSync(join(samples, 'redis/7.0/info.txt'), join(mixed, 'redis-info.txt'))
    writeFileSync(join(mixed, 'notes.txt'), 'Server: redis_version 7, see # Stats below')
    const imported = await importEvidence([mixed], () => store.sink)
    expect(imported.map(({ importer, passedOver }) => importer ?? passedOver)).toEqual(['not-evidence', 'redis-info'])
  })

  it('recorded from the bookshop has the state of its cache', async () => {
    const { importer } = await readInto(store, 'demo/bookshop/recording/flawed/redis-info.txt')
    expect(importer).toBe('redis-info')
  })
})
