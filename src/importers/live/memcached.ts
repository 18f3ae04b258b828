/**
 * A running memcached: its counters, its limit and whether it evicts, and a sample of its items where its crawler may be asked.
 * What is easily got wrong: the crawler tells of all items, at its own pace and in the background; it is listened to for a while only.
 */
import { redactUrl } from '../../lib/redact-url.js'
import { UnreadableEvidence, type LiveImporter, type Sink } from '../../model/importer.js'
import { parseStats, statsRow } from '../common/memcached-stats-text.js'
import { MemcachedConnection, MemcachedFailure } from './memcached/connection.js'
import { ItemSample } from './memcached/item-sample.js'
import { networkFailure, type Failure } from './network-failure.js'

const sampleItems = 5_000
const longestCrawlMs = 12_000

export const memcached: LiveImporter = {
  id: 'memcached',
  title: 'memcached',
  spec: 'https://github.com/memcached/memcached/blob/master/doc/protocol.txt',
  schemes: ['memcached', 'memcache'],
  gives: ['servers', 'keys'],
  permissions:
    'The port, and a user where memcached was started with -Y. Keys are sampled unless it was started with -X (no dumps).',
  async read(text, sink, { signal, report }) {
    const address = parseAddress(text)
    const cache = `memcached://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
    let connection: MemcachedConnection | undefined
    try {
      connection = await MemcachedConnection.open(address.host, address.port, signal)
      const answer = await loggedIn(connection, address)
      const stats = parseStats(answer)
      if (stats.size === 0) throw new MemcachedFailure('nothing that stats would say', Buffer.from(answer))
      const denied: string[] = []
      const told = await tell(connection, Number(stats.get('curr_items') ?? 0))
      if (told.refused) denied.push('lru_crawler metadump')
      const row = statsRow(stats, parseStats(told.settings), { source: address.shown, cache, denied })
      await sink.insertRows('cache_servers', [row])
      sink.gain(1, 'servers')
      const keys = told.sample.rows(Number(stats.get('time') ?? 0), {
        Source: address.shown,
        Cache: cache,
        Total: Math.max(0, row.Keys),
      })
      if (keys.length > 0) await sink.insertRows('cache_keys', keys)
      sink.gain(keys.length, 'keys')
      sink.lose('refused-question', denied.length)
      lost(told.failure, cache, sink, report)
      report(
        `${cache}: ${keys.length.toLocaleString('en-US')} of ${row.Keys.toLocaleString('en-US')} items sampled${told.refused ? '; refused: lru_crawler metadump' : ''}`,
      )
    } catch (error) {
      if (signal.aborted || error instanceof UnreadableEvidence) throw error
      const { message, remedy } = failureOf(error)
      throw new UnreadableEvidence(address.shown, message, remedy)
    } finally {
      connection?.close()
    }
  },
}

function lost(failure: Failure | undefined, cache: string, sink: Sink, report: (line: string) => void): void {
  if (!failure) return
  sink.lose('partial-server', 1)
  report(`${cache} ${failure.message}; what it said before is kept. ${failure.remedy}`)
}

interface Told {
  settings: string
  sample: ItemSample
  refused: boolean
  failure?: Failure
}

/** Settings and items; what fails on the way leaves what was told before. */
async function tell(connection: MemcachedConnection, items: number): Promise<Told> {
  const told: Told = { settings: '', sample: new ItemSample(sampleItems), refused: false }
  try {
    told.settings = await connection.ask('stats settings')
    if (items === 0) return told
    const end = performance.now() + longestCrawlMs
    // Nothing can be asked after it on this connection.
    await connection.askLines('lru_crawler metadump all', (line) => {
      if (/^(ERROR|CLIENT_ERROR|SERVER_ERROR|BUSY|NOTSTARTED)/.test(line)) {
        told.refused = !line.startsWith('BUSY')
        if (!told.refused) told.failure = busy
        return false
      }
      if (line === 'END') return false
      told.sample.add(line)
      if (performance.now() < end) return true
      told.failure = tooMany
      return false
    })
  } catch (error) {
    told.failure = failureOf(error)
  }
  return told
}

const busy: Failure = { message: 'has its crawler at work for somebody else', remedy: 'Ask again in a while.' }
const tooMany: Failure = {
  message: 'has more items than its crawler tells in 12 s: the sample is of small and old ones',
  remedy: 'Judge the largest values by another way.',
}

async function loggedIn(connection: MemcachedConnection, { user, password }: Address): Promise<string> {
  const answer = await connection.ask('stats')
  if (!answer.startsWith('CLIENT_ERROR unauthenticated') || password === undefined) return refusing(answer)
  const login = await connection.logIn(user ?? '', password)
  if (!login.startsWith('STORED')) throw new Error('refuses the login')
  return refusing(await connection.ask('stats'))
}

/** Statistics, or what the server says instead as an error. */
function refusing(answer: string): string {
  if (/^(CLIENT_|SERVER_)?ERROR/.test(answer)) throw new Error(answer.split(/[\r\n]/, 1)[0]?.slice(0, 160) ?? '')
  return answer
}

const own = /^(STAT |END|ERROR|CLIENT_ERROR|SERVER_ERROR|STORED)/

function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error)
  if (/unauthenticated/.test(text)) {
    return { message: 'wants a user', remedy: 'Write it into the address: memcached://user:password@host:11211.' }
  }
  if (text === 'refuses the login') return { message: 'refuses the user or the password', remedy: 'Check both.' }
  const cause = error instanceof MemcachedFailure ? error.cause : error
  const firstBytes = error instanceof MemcachedFailure ? error.firstBytes : new Uint8Array()
  return (
    networkFailure(cause, { firstBytes, own, plainScheme: 'memcached://', secureScheme: '' }) ?? {
      message: `says: ${text}`,
      remedy: 'Check that it is memcached, and speaks its text protocol.',
    }
  )
}

interface Address {
  host: string
  port: number
  user?: string
  password?: string
  shown: string
}

function parseAddress(text: string): Address {
  const shown = redactUrl(text)
  try {
    const url = new URL(text)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (host === '' || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') throw new Error('parts')
    return {
      host,
      port: url.port === '' ? 11_211 : Number(url.port),
      shown,
      ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
      ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    }
  } catch {
    throw new UnreadableEvidence(shown, 'is no address of memcached', 'Write memcached://host:11211.')
  }
}
