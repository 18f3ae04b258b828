/** A real Redis, read: what its rows say, that the sample is fair, and that nothing was asked but what may be. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aclLine, allowedCommands } from '../../../src/importers/live/redis/allowed-commands.js'
import { ReadOnlyRedis } from '../../../src/importers/live/redis/connection.js'
import { startServer } from '../../servers/servers.js'
import { readAddress } from './recorded.js'

const server = await startServer('redis', 'a running Redis as evidence')

describe.runIf(server)('a running Redis', () => {
  const url = server?.url ?? ''
  const { port } = new URL(url === '' ? 'redis://none:1' : url)
  let owner: Redis
  beforeAll(() => {
    owner = new Redis(url)
  })
  afterAll(async () => {
    owner.disconnect()
    await server?.stop()
  })
  beforeEach(async () => {
    await owner.flushall()
    await owner.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction')
    await owner.config('RESETSTAT')
  })

  it('says what it holds, for the server and each database, and what its keys are', async () => {
    await owner.set('book:1', 'Moby-Dick', 'EX', 100)
    await owner.set('page:large', 'x'.repeat(200_000))
    await owner.hset('basket:7', { a: '1', b: '2', c: '3' })
    await owner.sadd('tags', 'x', 'y')
    await owner.zadd('ranks', 1, 'a')
    await owner.rpush('queue', 'a', 'b', 'c', 'd')
    await owner.xadd('events', '*', 'a', '1')
    await owner.call('SET', Buffer.from([0xff, 0x01, 0x41]), 'bytes')
    await owner.get('book:1')
    await owner.get('absent')
    await owner.select(3)
    await owner.set('session:ü', 'y')
    await owner.select(0)
    const { servers, keys, losses, gained, error } = await readAddress(url)
    expect(error).toBeUndefined()
    expect(losses).toEqual({})
    expect(gained).toEqual({ keys: 9, servers: 3 })
    const cache = `redis://127.0.0.1:${port}`
    expect(
      servers.map(({ Database, Cache, Keys, KeysWithExpiry, Hits, Misses }) => [
        Database,
        Cache,
        Keys,
        KeysWithExpiry,
        Hits,
        Misses,
      ]),
    ).toEqual([
      ['', cache, 9, 1, 1, 1],
      ['0', cache, 8, 1, -1, -1],
      ['3', cache, 1, 0, -1, -1],
    ])
    expect(servers[0]).toMatchObject({ System: 'redis', Policy: 'noeviction', MaxBytes: 0, Shards: 1, Denied: [] })
    expect(servers[0]?.AtMs).toBeGreaterThan(1.7e12)
    expect(servers[0]?.UsedBytes).toBeGreaterThan(200_000)
    const rows = new Map(keys.map((row) => [row.Key, row]))
    expect([...rows.keys()].sort()).toEqual(
      ['\\xff\\x01A', 'basket:7', 'book:1', 'events', 'page:large', 'queue', 'ranks', 'session:ü', 'tags'].sort(),
    )
    expect(rows.get('book:1')).toMatchObject({
      Type: 'string',
      Encoding: 'embstr',
      Database: '0',
      Sampled: 8,
      Total: 8,
      Frequency: -1,
    })
    expect(rows.get('book:1')?.TtlMs).toBeGreaterThan(90_000)
    expect(rows.get('page:large')).toMatchObject({ TtlMs: -1, Elements: 200_000 })
    expect(rows.get('page:large')?.MemoryBytes).toBeGreaterThan(200_000)
    expect(
      ['basket:7', 'tags', 'ranks', 'queue', 'events'].map((key) => [rows.get(key)?.Type, rows.get(key)?.Elements]),
    ).toEqual([
      ['hash', 3],
      ['set', 2],
      ['zset', 1],
      ['list', 4],
      ['stream', 1],
    ])
    expect(rows.get('session:ü')).toMatchObject({ Database: '3', Sampled: 1, Total: 1 })
    expect(rows.get('basket:7')?.IdleSeconds).toBeGreaterThanOrEqual(0)
  })

  it('asks for use counters under a policy that keeps them', async () => {
    await owner.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lfu')
    await owner.set('book:1', 'Moby-Dick')
    const { servers, keys } = await readAddress(url)
    expect(servers[0]).toMatchObject({ Policy: 'allkeys-lfu', MaxBytes: 104_857_600 })
    expect(keys[0]).toMatchObject({ IdleSeconds: -1 })
    expect(keys[0]?.Frequency).toBeGreaterThanOrEqual(0)
  })

  it('looks into the one database that the address names, and says when there is none', async () => {
    await owner.set('book:1', 'a')
    await owner.select(2)
    await owner.set('book:2', 'b')
    await owner.select(0)
    expect((await readAddress(`${url}/2`)).keys.map((row) => row.Key)).toEqual(['book:2'])
    const empty = await readAddress(`${url}/5`)
    expect([empty.error, empty.keys, empty.gained['servers']]).toEqual([undefined, [], 3])
    expect(empty.told.join()).toContain('no keys')
    expect((await readAddress(`${url}/99`)).error?.message).toBe('has no database 99')
  })

  it('an empty server is a finding of its own, not an error', async () => {
    const { servers, keys, error, told } = await readAddress(url)
    expect([error, keys, servers.map((row) => row.Keys)]).toEqual([undefined, [], [0]])
    expect(told.join()).toContain('no keys')
  })

  it('samples a large database fairly, whatever keys are called', async () => {
    const shares = { 'aa:': 60_000, 'session:': 30_000, 'zz:{tag}:': 9_000, 'rare:': 1_000 }
    const pipeline = owner.pipeline()
    for (const [prefix, count] of Object.entries(shares))
      for (let each = 0; each < count; each++) pipeline.set(`${prefix}${each}`, 'x')
    await pipeline.exec()
    const { keys, told } = await readAddress(url)
    expect(keys.length).toBe(4_000)
    expect(new Set(keys.map((row) => row.Key)).size).toBe(4_000)
    expect(keys.every((row) => row.Sampled === 4_000 && row.Total === 100_000)).toBe(true)
    for (const [prefix, count] of Object.entries(shares)) {
      const expected = count / 25
      const found = keys.filter((row) => row.Key.startsWith(prefix)).length
      // Five standard deviations of a fair draw.
      expect(Math.abs(found - expected), prefix).toBeLessThan(5 * Math.sqrt(expected) + 1)
    }
    expect(told.join()).toContain('4,000 of 100,000 keys sampled')
  })

  it('sends nothing but the allowed commands, by the count of the server itself', async () => {
    await owner.mset({ 'book:1': 'a', 'book:2': 'b' })
    await owner.hset('basket:7', { a: '1' })
    await owner.config('RESETSTAT')
    await readAddress(url)
    const stats = await owner.info('commandstats')
    const seen = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name ?? '')
    const allowed = new Set(allowedCommands.map(({ words }) => words.join('|').toLowerCase()))
    expect(seen.filter((name) => !allowed.has(name) && name !== 'config|resetstat')).toEqual([])
    expect(seen).toEqual(expect.arrayContaining(['info', 'scan', 'type', 'pttl', 'memory|usage', 'object|encoding']))
    expect(stats).toContain('cmdstat_info:calls=1,')
  })

  it('refuses every other command before it is sent', async () => {
    const client = new ReadOnlyRedis(url, { protocol: 2, disableClientInfo: true, enableReadyCheck: false })
    await owner.config('RESETSTAT')
    const forbidden = [
      client.set('a', 'b'),
      client.get('a'),
      client.del('a'),
      client.flushall(),
      client.keys('*'),
      client.call('config', 'SET', 'maxmemory', '1'),
      client.call('OBJECT', 'HELP'),
      client.call('memory', 'doctor'),
      client.eval('return 1', 0),
    ]
    const outcomes = await Promise.allSettled(forbidden)
    expect(
      outcomes.map((each) => each.status === 'rejected' && String(each.reason).includes('not in the list')),
    ).toEqual(forbidden.map(() => true))
    expect(() => client.duplicate()).toThrow('not in the list')
    expect(await client.call('memory', 'USAGE', 'a')).toBeNull()
    client.disconnect()
    expect(await owner.exists('a')).toBe(0)
    expect(await owner.info('commandstats')).not.toMatch(/cmdstat_(set|get|del|flushall|keys|eval):/)
  })

  it('a user made by the line that it gives may do just what it needs', async () => {
    await owner.set('book:1', 'a', 'EX', 50)
    const [, , ...rules] = aclLine('monitor', 'cluster').replace('>PASSWORD', '>s%cret').split(' ')
    await owner.acl('SETUSER', ...(rules as [string, ...string[]]))
    const { servers, keys, error, losses } = await readAddress(`redis://faultline:s%25cret@127.0.0.1:${port}`)
    expect([error, losses, servers.length, keys.length]).toEqual([undefined, {}, 2, 1])
    expect(servers[0]?.Source).toBe(`redis://faultline:***@127.0.0.1:${port}`)
  })

  it('says what was refused to a user with fewer rights, and keeps the rest', async () => {
    await owner.set('book:1', 'a', 'EX', 50)
    await owner.acl('SETUSER', 'guest', 'on', '>guest', '~*', '-@all', '+info', '+scan', '+type', '+pttl')
    const { servers, keys, losses, told } = await readAddress(`redis://guest:guest@127.0.0.1:${port}`)
    const denied = ['CONFIG GET', 'MEMORY USAGE', 'OBJECT ENCODING', 'OBJECT IDLETIME', 'STRLEN']
    expect(servers[0]?.Denied).toEqual(denied)
    expect(losses).toEqual({ 'refused-question': 5 })
    expect(told.join()).toContain(`refused: ${denied.join(', ')}`)
    expect(keys).toMatchObject([{ Key: 'book:1', Type: 'string', MemoryBytes: -1, Encoding: '', IdleSeconds: -1 }])
    await owner.acl('SETUSER', 'guest', '-scan')
    const blind = await readAddress(`redis://guest:guest@127.0.0.1:${port}`)
    expect([blind.error, blind.keys, blind.servers[0]?.Denied]).toEqual([undefined, [], ['CONFIG GET', 'SCAN']])
    await owner.acl('SETUSER', 'guest', '+scan', '-info', '+dbsize')
    const keysOnly = await readAddress(`redis://guest:guest@127.0.0.1:${port}`)
    expect(keysOnly.servers).toMatchObject([{ Hits: -1, Keys: -1 }])
    expect(keysOnly.keys.map((row) => row.Key)).toEqual(['book:1'])
    await owner.acl('SETUSER', 'guest', '-@all')
    expect((await readAddress(`redis://guest:guest@127.0.0.1:${port}`)).error?.message).toBe(
      'does not let this user ask anything',
    )
    await owner.acl('SETUSER', 'guest', '+@read', '+info', 'resetkeys', '~other:*')
    const hidden = await readAddress(`redis://guest:guest@127.0.0.1:${port}`)
    expect([hidden.keys, hidden.losses['partial-server']]).toEqual([[], 1])
    expect(hidden.told.join()).toContain('shows none of its keys')
  })

  it('leaves no connection behind, however it ends', async () => {
    await owner.mset(Object.fromEntries(Array.from({ length: 2_000 }, (_, each) => [`book:${each}`, 'a'])))
    const clients = async (): Promise<number> =>
      String(await owner.client('LIST'))
        .trim()
        .split('\n').length
    const before = await clients()
    await readAddress(url)
    const stop = new AbortController()
    const reading = readAddress(url, { commandsPerSecond: 200, signal: stop.signal })
    setTimeout(() => stop.abort(), 300)
    await expect(reading).rejects.toThrow()
    await expect.poll(clients).toBe(before)
  })

  it('keeps to its budget', async () => {
    await owner.mset(Object.fromEntries(Array.from({ length: 40 }, (_, each) => [`book:${each}`, 'a'])))
    await owner.config('RESETSTAT')
    const stop = new AbortController()
    const started = performance.now()
    const reading = readAddress(url, { commandsPerSecond: 100, signal: stop.signal })
    setTimeout(() => stop.abort(), 700)
    await expect(reading).rejects.toThrow()
    const seconds = (performance.now() - started) / 1_000
    const calls = [...(await owner.info('commandstats')).matchAll(/calls=(\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    )
    // What is sent at once, and the few of this test itself, come on top.
    expect(calls).toBeLessThan(100 * seconds + 15)
  })
})
