/** memcached, real and scripted: its counters, a sample of its items, and each way in which it may refuse. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startServer } from '../../servers/servers.js'
import { readAddress } from './recorded.js'
import { scriptedServer } from './scripted-server.js'

/** Sends commands and waits for so many answers of one line. */
function tell(url: string, commands: readonly string[]): Promise<void> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let lines = 0
    socket.on('error', reject)
    socket.on('data', (data) => {
      lines += data.toString().split('\n').length - 1
      if (lines < commands.length) return
      socket.destroy()
      resolve()
    })
    socket.write(commands.join(''))
  })
}

const server = await startServer('memcached', 'a running memcached as evidence', { args: ['-m', '100'] })

describe.runIf(server)('a running memcached', () => {
  const url = server?.url ?? ''
  it('says what it counts and holds, and a fair sample of its items', async () => {
    await tell(url, [
      'set book:1 0 600 5\r\nhello\r\n',
      'set page:a%2Fb 0 0 2\r\nhi\r\n',
      `set big:1 0 0 200000\r\n${'x'.repeat(200_000)}\r\n`,
    ])
    const few = await readAddress(url)
    expect([few.error, few.losses, few.gained]).toEqual([undefined, {}, { servers: 1, keys: 3 }])
    expect(few.servers[0]).toMatchObject({
      Cache: url,
      Database: '',
      System: 'memcached',
      Keys: 3,
      Hits: 0,
      MaxBytes: 104_857_600,
      Policy: 'lru-segmented',
      Denied: [],
    })
    const rows = new Map(few.keys.map((row) => [row.Key, row]))
    expect([...rows.keys()].sort()).toEqual(['big:1', 'book:1', 'page:a%2Fb'])
    expect(rows.get('book:1')?.TtlMs).toBeGreaterThan(500_000)
    expect(rows.get('page:a%2Fb')).toMatchObject({ TtlMs: -1, Type: 'string', Sampled: 3, Total: 3 })
    expect(rows.get('big:1')?.MemoryBytes).toBeGreaterThan(200_000)

    const many = Array.from(
      { length: 30_000 },
      (_, each) => `set ${each % 10 === 0 ? 'rare' : 'often'}:${each} 0 0 1\r\nx\r\n`,
    )
    await tell(url, many)
    const { keys, servers } = await readAddress(url)
    expect([keys.length, servers[0]?.Keys]).toEqual([5_000, 30_003])
    const rare = keys.filter((row) => row.Key.startsWith('rare:')).length
    // Five standard deviations of a fair draw of 5,000 with a tenth.
    expect(Math.abs(rare - 500)).toBeLessThan(5 * Math.sqrt(450))
    await server?.stop()
  })
})

const started = await startServer('memcached', 'a memcached without dumps', { args: ['-X'] })

describe.runIf(started)('a memcached that refuses dumps', () => {
  it('says so, and the rest', async () => {
    await tell(started?.url ?? '', ['set book:1 0 0 1\r\nx\r\n'])
    const { servers, keys, losses } = await readAddress(started?.url ?? '')
    expect(servers[0]?.Denied).toEqual(['lru_crawler metadump'])
    expect([keys, losses]).toEqual([[], { 'refused-question': 1 }])
    await started?.stop()
  })
})

const folder = mkdtempSync(join(tmpdir(), 'faultline-memcached-'))
chmodSync(folder, 0o755)
const users = join(folder, 'users')
writeFileSync(users, 'reader:s3cret\n', { mode: 0o644 })
const locked = await startServer('memcached', 'a memcached with users', { args: ['-Y', users] })

describe.runIf(locked)('a memcached with users', () => {
  it('is read by one of them only', async () => {
    const { host } = new URL(locked?.url ?? 'memcached://none:1')
    expect((await readAddress(`memcached://${host}`)).error?.message).toBe('wants a user')
    const wrong = await readAddress(`memcached://reader:hunter2@${host}`)
    expect(wrong.error?.message).toBe('refuses the user or the password')
    expect(JSON.stringify([wrong.error, wrong.error?.stack])).not.toContain('hunter2')
    expect((await readAddress(`memcached://reader:s3cret@${host}`)).servers.length).toBe(1)
    await locked?.stop()
  })
})

describe('a scripted server', () => {
  const running: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()))
  })
  const stats = 'STAT time 1000\r\nSTAT curr_items 3\r\nSTAT get_hits 7\r\nSTAT get_misses lots\r\nEND\r\n'
  const scripted = async (answers: Readonly<Record<string, string | null>>) => {
    const server = await scriptedServer((text, socket) => {
      const answer = answers[text.trim().split('\r\n')[0] ?? '']
      if (answer === null) socket.destroy()
      else if (answer !== undefined) socket.write(answer)
    })
    running.push(server)
    return { ...(await readAddress(`memcached://user:hunter2@127.0.0.1:${server.port}`)), received: server.received }
  }

  it('that wants a login gets it, and no other one ever does', async () => {
    let asked = false
    const server = await scriptedServer((text, socket) => {
      if (text.startsWith('set ')) [asked] = [true, socket.write('STORED\r\n')]
      else if (text !== '') socket.write(asked ? stats : 'CLIENT_ERROR unauthenticated\r\n')
    })
    running.push(server)
    const { servers } = await readAddress(`memcached://user:hunter2@127.0.0.1:${server.port}`)
    expect(servers).toMatchObject([{ Hits: 7, Misses: -1 }])
    expect(server.received.slice(0, 3)).toEqual(['stats\r\n', 'set faultline 0 0 12\r\nuser hunter2\r\n', 'stats\r\n'])
    const open = await scripted({ stats, 'stats settings': 'END\r\n', 'lru_crawler metadump all': 'END\r\n' })
    expect(open.received).toEqual(['stats\r\n', 'stats settings\r\n', 'lru_crawler metadump all\r\n'])
  })

  it('that tells odd things of items', async () => {
    const dump =
      'key=a%20b exp=1100 la=900 cas=1 fetch=no cls=1 size=66\r\nkey=%zz exp=-1 la=x size=-3\r\nkey=gone exp=10 la=2000\r\nnonsense\r\nEND\r\n'
    const { keys, losses } = await scripted({ stats, 'stats settings': 'ERROR\r\n', 'lru_crawler metadump all': dump })
    expect(losses).toEqual({})
    expect(keys.toSorted((a, b) => (a.Key < b.Key ? -1 : 1))).toMatchObject([
      { Key: '%zz', TtlMs: -1, MemoryBytes: -1, IdleSeconds: -1 },
      { Key: 'a b', TtlMs: 100_000, MemoryBytes: 66, IdleSeconds: 100 },
      { Key: 'gone', TtlMs: 0, IdleSeconds: 0, Sampled: 3, Total: 3 },
    ])
  })

  it.each([
    ['dies midway', { stats, 'stats settings': null }, 'closed the connection'],
    [
      'dies in the dump',
      { stats, 'stats settings': 'END\r\n', 'lru_crawler metadump all': null },
      'closed the connection',
    ],
    [
      'is busy',
      {
        stats,
        'stats settings': 'END\r\n',
        'lru_crawler metadump all': 'BUSY currently processing crawler request\r\n',
      },
      'has its crawler at work',
    ],
    ['stalls', { stats, 'stats settings': 'END\r\n' }, 'fell silent'],
  ])('that %s keeps what was told before', async (_, answers, message) => {
    const { servers, losses, told, error } = await scripted(answers)
    expect([error, servers.length, losses]).toEqual([undefined, 1, { 'partial-server': 1 }])
    expect(told.join('\n')).toContain(message)
  })

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\nERROR\r\n', 'is a web server'],
    ["-ERR unknown command 'stats'\r\nERROR\r\n", 'speaks like Redis'],
    ['SERVER_ERROR out of memory\r\n', 'says: SERVER_ERROR out of memory'],
  ])('that says %j', async (answer, message) => {
    expect((await scripted({ stats: answer })).error?.message).toBe(message)
  })

  it('that is not there', async () => {
    expect((await readAddress('memcached://127.0.0.1:1')).error?.message).toBe('refuses connections')
    expect((await readAddress('memcached://127.0.0.1:11211/books')).error?.message).toBe('is no address of memcached')
  })
})
