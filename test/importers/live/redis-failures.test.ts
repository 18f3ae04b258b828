/** Everything that can go wrong with a server, each with its own outcome, and what was learnt before kept. */
import { createServer as createTlsServer } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startServer } from '../../servers/servers.js'
import { readAddress, type Recorded } from './recorded.js'
import { bulk, scriptedRedis, scriptedServer, type ScriptedServer } from './scripted-server.js'

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

async function addressOf(server: Promise<ScriptedServer>): Promise<string> {
  const started = await server
  running.push(started)
  return `redis://127.0.0.1:${started.port}`
}

const refused = ({ error, servers, keys }: Recorded): unknown[] => [error?.message, servers.length, keys.length]

const info = (keys: number): string =>
  bulk(
    `# Server\r\nredis_version:7.0.15\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\nkeyspace_hits:9\r\nkeyspace_misses:1\r\n# Keyspace\r\ndb0:keys=${keys},expires=0,avg_ttl=0\r\n`,
  )

const facts: Readonly<Record<string, string>> = {
  CONFIG: '*0\r\n',
  TYPE: '+string\r\n',
  PTTL: ':-1\r\n',
  MEMORY: ':64\r\n',
  OBJECT: bulk('raw'),
  STRLEN: ':3\r\n',
}

/** A page of SCAN that holds so many keys. */
const page = (first: number, count: number): string =>
  `*2\r\n${bulk('17')}*${count}\r\n${Array.from({ length: count }, (_, each) => bulk(`book:${first + each}`)).join('')}`

describe('a server that tells nothing', () => {
  it.each([
    ['wants a password', '-NOAUTH Authentication required.\r\n'],
    ['is still loading its data', '-LOADING Redis is loading the dataset in memory\r\n'],
    ['is in protected mode: it answers its own machine only', '-DENIED Redis is running in protected mode because\r\n'],
    ['has as many clients as it takes', '-ERR max number of clients reached\r\n'],
    ['is a web server', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['speaks like memcached', 'ERROR\r\nERROR\r\n'],
    ['answers in TLS', '\x15\x03\x03\x00\x02\x02\x0a'],
    ['is an SSH server', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['speaks another protocol', 'hello, who is there?\r\n'],
    ['says: ERR something odd', '-ERR something odd\r\n'],
  ])('%s', async (message, answer) => {
    const address = await addressOf(
      scriptedServer((text, socket) => void (text !== '' && socket.write(answer, 'latin1'))),
    )
    const recorded = await readAddress(address)
    expect(refused(recorded)).toEqual([message, 0, 0])
    expect(recorded.error?.source).toBe(address)
    expect(recorded.error?.remedy).toMatch(/^[A-Z].*\w.*\.$/)
  })

  it('closes the connection at once', async () => {
    const address = await addressOf(scriptedServer((_, socket) => void socket.destroy()))
    expect(refused(await readAddress(address))).toEqual(['closed the connection', 0, 0])
  })

  it('refuses connections, or has a name that nobody knows', async () => {
    const { port, stop } = await scriptedServer(() => {})
    await stop()
    expect(refused(await readAddress(`redis://127.0.0.1:${port}`))).toEqual(['refuses connections', 0, 0])
    const unknown = await readAddress('redis://no-such-host.invalid:6379')
    expect(unknown.error?.message).toMatch(/no name server knows|could not be looked up/)
  })

  it('has another certificate than a trusted one, or none', async () => {
    const plain = await addressOf(scriptedRedis(() => '+OK\r\n'))
    expect(refused(await readAddress(plain.replace('redis:', 'rediss:')))).toEqual([
      expect.stringMatching(/TLS|closed|silent/),
      0,
      0,
    ])
    // A server without a certificate fails every handshake.
    const tls = createTlsServer(() => {})
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
    running.push({ stop: () => new Promise((resolve) => tls.close(() => resolve())) })
    const { port } = tls.address() as AddressInfo
    expect(refused(await readAddress(`rediss://127.0.0.1:${port}`))).toEqual(['does not speak TLS', 0, 0])
    expect(refused(await readAddress(`redis://127.0.0.1:${port}`))).toEqual([expect.stringMatching(/TLS|closed/), 0, 0])
  })

  it('is a sentinel', async () => {
    const address = await addressOf(
      scriptedRedis(([name]) => (name === 'INFO' ? bulk('redis_version:7.0.15\r\nredis_mode:sentinel\r\n') : '*0\r\n')),
    )
    const { error } = await readAddress(address)
    expect([error?.message, error?.remedy]).toEqual([
      'is a sentinel, not a cache',
      'Write redis+sentinel://host:port/name-of-the-server.',
    ])
  })

  it('sends without end', async () => {
    const flood = Buffer.alloc(1 << 20, 'x')
    const address = await addressOf(
      scriptedServer((text, socket) => {
        if (text === '') return
        socket.write(`$${1 << 30}\r\n`)
        const more = (): void => {
          while (!socket.destroyed && socket.write(flood)) continue
        }
        socket.on('drain', more)
        more()
      }),
    )
    expect(refused(await readAddress(address))).toEqual(['sends without end', 0, 0])
  })
})

describe('a server that tells a part', () => {
  it.each([
    ['dies midway', 'closed the connection', 'destroy'],
    [
      'loses its master',
      'is a replica that has lost its master and serves no stale data',
      '-MASTERDOWN Link with MASTER is down\r\n',
    ],
    ['begins to load', 'is still loading its data', '-LOADING Redis is loading the dataset in memory\r\n'],
  ])('%s: what it said before is kept', async (_, message, then) => {
    let pages = 0
    const address = await addressOf(
      scriptedRedis(([name = ''], socket) => {
        if (name === 'INFO') return info(100_000)
        if (name !== 'SCAN') return facts[name] ?? '+OK\r\n'
        if (++pages <= 3) return page(pages * 50, 50)
        if (then !== 'destroy') return then
        socket.destroy()
        return undefined
      }),
    )
    const { servers, keys, losses, told, error } = await readAddress(address)
    expect(error).toBeUndefined()
    expect(servers).toMatchObject([{ Hits: 9, Misses: 1, Keys: 100_000 }, { Database: '0' }])
    expect(keys.length).toBe(150)
    expect(keys[0]).toMatchObject({ Sampled: 150, Total: 100_000, Elements: -1, MemoryBytes: 64 })
    expect(losses).toEqual({ 'partial-server': 1 })
    expect(told.join('\n')).toContain(`${message}; what it said before is kept`)
  })

  it('stalls: it is given up after some seconds', async () => {
    const address = await addressOf(
      scriptedRedis(([name = '']) =>
        name === 'INFO' ? info(10) : name === 'SCAN' ? undefined : (facts[name] ?? '+OK\r\n'),
      ),
    )
    const { servers, keys, losses, told } = await readAddress(address)
    expect([servers.length, keys.length, losses]).toEqual([2, 0, { 'partial-server': 1 }])
    expect(told.join('\n')).toContain('fell silent; what it said before is kept')
  })

  it('does not take cursors that it has not given: it is scanned from the beginning', async () => {
    const address = await addressOf(
      scriptedRedis(([name = '', cursor]) => {
        if (name === 'INFO') return info(100_000)
        if (name !== 'SCAN') return facts[name] ?? '+OK\r\n'
        const first = Number(cursor)
        if (first > 100_000) return '-ERR invalid cursor\r\n'
        return page(first, 50).replace(bulk('17'), bulk((first + 50).toString()))
      }),
    )
    const { keys, losses } = await readAddress(address)
    expect([keys.length, losses]).toEqual([4_000, {}])
  })

  it('gives odd answers: they count as unknown', async () => {
    const address = await addressOf(
      scriptedRedis(([name = '']) => {
        if (name === 'INFO')
          return bulk(
            'redis_version:\x1b[31m9\r\nmaxmemory:lots\r\nkeyspace_hits:-4\r\ndb0:keys=2,expires=x\r\ndb1:none\r\n',
          )
        if (name === 'SCAN') return `*2\r\n${bulk('0')}*3\r\n${bulk('a')}:7\r\n${bulk('b')}`
        return name === 'CONFIG' ? '*1\r\n:3\r\n' : '*1\r\n*0\r\n'
      }),
    )
    const { servers, keys, error } = await readAddress(address)
    expect(error).toBeUndefined()
    expect(servers).toMatchObject([
      { MaxBytes: -1, Hits: -1, Keys: 2 },
      { Database: '0', KeysWithExpiry: -1 },
    ])
    expect(keys).toMatchObject([{ Key: 'a', Type: '', TtlMs: -2, MemoryBytes: -1 }, { Key: 'b' }])
  })
})

const locked = await startServer('redis', 'a Redis that wants a password', { args: ['--requirepass', 's3cret/@'] })

describe.runIf(locked)('a real Redis that wants a password', () => {
  afterEach(() => {})
  const { port } = new URL(locked?.url ?? 'redis://none:1')
  it('is read with it, and refuses without or with another, which is never shown', async () => {
    const right = await readAddress(`redis://:s3cret%2F%40@127.0.0.1:${port}`)
    expect([right.error, right.servers.length]).toEqual([undefined, 1])
    expect(JSON.stringify(right)).not.toContain('s3cret')
    expect((await readAddress(`redis://127.0.0.1:${port}`)).error?.message).toBe('wants a password')
    for (const wrong of [`redis://:hunter2@127.0.0.1:${port}`, `redis://someone:hunter2@127.0.0.1:${port}`]) {
      const { error, told } = await readAddress(wrong)
      expect(error?.message).toBe('refuses the user or the password')
      expect(JSON.stringify([error, error?.stack, told])).not.toContain('hunter2')
    }
    await locked?.stop()
  })
})

const open = await startServer('redis', 'a Redis that needs no password')

describe.runIf(open)('a real Redis that needs no password', () => {
  it('is read all the same with one, and says so', async () => {
    const { port } = new URL(open?.url ?? 'redis://none:1')
    const { error, servers, told } = await readAddress(`redis://:hunter2@127.0.0.1:${port}`)
    expect([error, servers.length]).toEqual([undefined, 1])
    expect(told.join()).toContain('the server needs no password')
    await open?.stop()
  })
})

describe('addresses that cannot be meant', () => {
  it.each([
    ['redis://one:1,two:2', 'names several servers'],
    ['redis://host:99999', 'names no host and port'],
    ['redis://', 'names no host and port'],
    ['redis://host/books', 'names a database by something other than its number'],
    ['redis://host:1/0/1', 'has more parts than an address can have'],
    ['redis://host:1?db=3', 'has a part after ? or #, which means nothing here'],
    ['redis+cluster://host:1/4', 'names a database, but a cluster has none but 0'],
    ['redis+sentinel://host:1', 'does not say which server the sentinels should tell'],
  ])('%s', async (address, message) => {
    expect((await readAddress(address.replace('//host', '//me:hunter2@host'))).error?.message).toBe(message)
  })
})
