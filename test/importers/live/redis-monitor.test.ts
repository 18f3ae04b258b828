/** `--monitor`: what a real Redis ran meanwhile is in the rows, key by key, over the one connection; a user who may not is told. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveImporterOf } from '../../../src/importers/live/index.js'
import { startServer } from '../../servers/servers.js'
import { openTestStore, type TestStore } from '../test-sink.js'
import { readAddress } from './recorded.js'

const server = await startServer('redis', 'commands of a running Redis, watched')

describe.runIf(server)('a Redis that is watched', () => {
  const url = server?.url ?? ''
  let owner: Redis
  let store: TestStore
  beforeAll(async () => {
    owner = new Redis(url)
    store = await openTestStore()
  })
  afterAll(async () => {
    owner.disconnect()
    await store.close()
    await server?.stop()
  })

  it('gives the commands that it ran, and no value', async () => {
    await owner.set('shelf', 'a')
    const sink = store.another()
    const told: string[] = []
    const reading = liveImporterOf(url).read(url, sink, {
      monitorSeconds: 1.5,
      forSeconds: 0,
      commandsPerSecond: 10_000,
      signal: new AbortController().signal,
      report: (line) => told.push(line),
    })
    await expect.poll(async () => String(await owner.client('LIST')), { timeout: 10_000 }).toContain('flags=O')
    expect(String(await owner.client('LIST')).match(/name=faultline/g)?.length).toBe(1)
    for (let each = 0; each < 300; each++) {
      await owner.set(`book:${each}`, `"quoted" \n secret ${each}`, 'EX', 60)
      await owner.get(`book:${each}`)
    }
    await reading
    const commands = await store.rows<Record<string, unknown>>(
      "SELECT Command, Cache, Database, count() AS rows, uniqExact(Key) AS keys, min(TtlMs) AS ttl, min(Source) AS source FROM cache_commands WHERE Key LIKE 'book:%' GROUP BY Command, Cache, Database ORDER BY Command",
    )
    const common = { Cache: url, Database: '0', rows: '300', keys: '300', source: url }
    expect(commands).toMatchObject([
      { Command: 'GET', ...common },
      { Command: 'SET', ...common, ttl: '60000' },
    ])
    expect(JSON.stringify(await store.rows('SELECT * FROM cache_commands'))).not.toContain('secret')
    expect(sink.totals.others.get('commands')).toBeGreaterThanOrEqual(600)
    expect([...sink.totals.losses]).toEqual([])
    expect(told.at(-1)).toMatch(/keys of commands watched in 1\.\d s$/)
    expect(String(await owner.client('LIST'))).not.toContain('faultline')
  })

  it('that forbids it to this user is read all the same', async () => {
    await owner.acl('SETUSER', 'reader', 'on', '>reader', '~*', '+@all', '-monitor')
    const { servers, losses, keys } = await readAddress(url.replace('//', '//reader:reader@'), { monitorSeconds: 1 })
    expect(servers[0]?.Denied).toEqual(['MONITOR'])
    expect([losses, keys.length > 0]).toEqual([{ 'refused-question': 1 }, true])
  })

  it('that ends meanwhile keeps what was seen', async () => {
    const reading = readAddress(url, { monitorSeconds: 30 })
    await expect.poll(async () => String(await owner.client('LIST')), { timeout: 10_000 }).toContain('flags=O')
    await owner.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const { servers, losses, told } = await reading
    expect([servers.length, losses]).toEqual([2, { 'partial-server': 1 }])
    expect(told.join('\n')).toContain('closed the connection')
  })
})
