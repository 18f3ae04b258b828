/** A real cluster of three masters, and real sentinels, each read over one connection a node. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cluster } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../servers/servers.js'
import { readAddress } from './recorded.js'

const hostOf = (server: TestServer): string => new URL(server.url).host
const cli = (...args: string[]): string => spawnSync('redis-cli', args, { encoding: 'utf8' }).stdout

const clusterArgs = [
  '--cluster-enabled',
  'yes',
  '--cluster-config-file',
  'nodes.conf',
  '--cluster-node-timeout',
  '2000',
]

/** A port for the bus of the cluster lies 10,000 above, which not every free port allows. */
async function clusterNodes(): Promise<TestServer[] | undefined> {
  const nodes: TestServer[] = []
  for (let tries = 0; nodes.length < 3 && tries < 12; tries++) {
    const bus = 20_000 + Math.floor(Math.random() * 10_000)
    const node = await startServer('redis', 'a cluster of Redis as evidence', {
      args: [...clusterArgs, '--cluster-port', bus.toString()],
    }).catch((error: unknown) => {
      if (/there is no redis here/.test(String(error))) throw error
      return 'taken' as const
    })
    if (node === undefined) return undefined
    if (node !== 'taken') nodes.push(node)
  }
  return nodes
}

const nodes = await clusterNodes()

describe.runIf(nodes)('a cluster', () => {
  const hosts = (nodes ?? []).map(hostOf)
  const address = `redis+cluster://${hosts.slice(0, 2).join(',')}`
  beforeAll(async () => {
    cli('--cluster', 'create', ...hosts, '--cluster-yes')
    const port = new URL(nodes?.[0]?.url ?? 'redis://none:1').port
    for (let tries = 0; tries < 150 && !cli('-p', port, 'cluster', 'info').includes('cluster_state:ok'); tries++)
      await new Promise((resolve) => setTimeout(resolve, 200))
    const client = new Cluster(hosts.map((host) => ({ host: '127.0.0.1', port: Number(host.split(':')[1]) })))
    for (let first = 0; first < 9_000; first += 500)
      await Promise.all(Array.from({ length: 500 }, (_, each) => client.set(`book:${first + each}`, 'x')))
    client.disconnect()
  }, 120_000)
  afterAll(() => Promise.all((nodes ?? []).map((node) => node.stop())))

  it('is read master by master, each with its share of the sample', async () => {
    const { servers, keys, told, error, losses } = await readAddress(address)
    expect([error, losses]).toEqual([undefined, {}])
    const whole = servers.filter((row) => row.Database === '')
    expect(whole.map((row) => row.Cache).sort()).toEqual(hosts.map((host) => `redis://${host}`).sort())
    expect(whole.every((row) => row.Shards === 3 && row.Source === address)).toBe(true)
    expect(whole.reduce((sum, row) => sum + row.Keys, 0)).toBe(9_000)
    for (const host of hosts) expect(keys.filter((row) => row.Cache === `redis://${host}`).length).toBe(1_334)
    expect(keys.every((row) => row.Sampled === 1_334 && row.Total < 4_000)).toBe(true)
    expect(told[0]).toContain('3 masters')
  })

  it('a node by itself is read as one', async () => {
    const { servers, keys, error } = await readAddress(`redis://${hosts[0]}`)
    expect([error, servers[0]?.Shards]).toEqual([undefined, 1])
    expect(keys.length).toBeGreaterThan(2_000)
    expect((await readAddress(`redis://${hosts[0]}/1`)).error?.message).toBe(
      'is part of a cluster, which has database 0 only',
    )
  })

  it('keeps what other masters say when one has gone', async () => {
    await nodes?.[2]?.stop()
    const { servers, losses, error, told } = await readAddress(address)
    expect([error, losses]).toEqual([undefined, { 'partial-server': 1 }])
    expect(servers.filter((row) => row.Database === '').length).toBe(2)
    expect(told.join('\n')).toContain(`redis://${hosts[2]} refuses connections`)
  })

  it('a server by itself is no cluster', async () => {
    const alone = await startServer('redis', 'a Redis that is no cluster')
    const { error } = await readAddress((alone?.url ?? '').replace('redis:', 'redis+cluster:'))
    expect(error?.message).toBe('is no part of a cluster')
    await alone?.stop()
  })
})

const master = await startServer('redis', 'sentinels of Redis as evidence')

describe.runIf(master)('sentinels', () => {
  let sentinel: TestServer | undefined
  beforeAll(async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'faultline-sentinel-')), 'sentinel.conf')
    const { hostname, port } = new URL(master?.url ?? 'redis://none:1')
    writeFileSync(file, `sentinel monitor bookshop ${hostname} ${port} 1\n`)
    sentinel = await startServer('redis', 'sentinels of Redis as evidence', { firstArgs: [file], args: ['--sentinel'] })
  })
  afterAll(() => Promise.all([sentinel?.stop(), master?.stop()]))

  it('lead to the server that they watch', async () => {
    cli('-u', master?.url ?? '', '-n', '2', 'SET', 'book:1', 'a')
    const host = hostOf(sentinel!)
    const { servers, keys, error } = await readAddress(`redis+sentinel://127.0.0.1:1,${host}/bookshop/2`)
    expect(error).toBeUndefined()
    expect(servers[0]?.Cache).toBe(`redis://${hostOf(master!)}`)
    expect(keys.map((row) => [row.Database, row.Key])).toEqual([['2', 'book:1']])
  })

  it('that do not know the name, or cannot be reached, are told', async () => {
    expect((await readAddress(`redis+sentinel://${hostOf(sentinel!)}/library`)).error?.message).toBe(
      'is of sentinels that watch no server of that name',
    )
    expect((await readAddress('redis+sentinel://127.0.0.1:1,127.0.0.1:2/bookshop')).error?.message).toBe(
      'refuses connections (the last that was tried, 127.0.0.1:2)',
    )
    expect((await readAddress(`redis://${hostOf(sentinel!)}`)).error?.message).toBe('is a sentinel, not a cache')
  })
})
