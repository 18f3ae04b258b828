/** The shop's Redis: emptied, configured for the variant, watched with MONITOR, asked for INFO. Only its own database numbers are kept. */
import net from 'node:net'
import Redis from 'ioredis'
import { redis } from '../platform/network'
import { cacheNumbers } from '../platform/stores'
import { type Variant } from '../variant'

const numbers = Object.values(cacheNumbers)

function client(): Redis {
  return new Redis({ host: redis.host, port: redis.port })
}

async function empty(admin: Redis): Promise<void> {
  for (const number of numbers) {
    await admin.select(number)
    await admin.flushdb()
  }
}

/** The flawed shop's cache has neither a limit nor a rule for what to forget. Returns what was configured before. */
export async function prepareCaches(variant: Variant, shoppers: number): Promise<Record<string, string>> {
  const admin = client()
  await empty(admin)
  const before: Record<string, string> = {}
  for (const name of ['maxmemory', 'maxmemory-policy']) {
    const [, value = ''] = (await admin.config('GET', name)) as string[]
    before[name] = value
  }
  await admin.config('SET', 'maxmemory', variant === 'flawed' ? '0' : '67108864')
  await admin.config('SET', 'maxmemory-policy', variant === 'flawed' ? 'noeviction' : 'allkeys-lru')
  await admin.config('RESETSTAT')
  // every shopper comes back to a basket that was begun another day; one in eight holds the book that no parcel can carry
  await admin.select(cacheNumbers['redis-cart'])
  for (let reader = 1; reader <= shoppers; reader++) {
    const books = Array.from({ length: 10 }, (_, line) => 20 + ((reader * 7 + line * 29) % 370))
    if (reader % 8 === 0) books[3] = 13
    for (const book of books) await admin.hset(`cart:${reader}`, String(book), 1)
    await admin.expire(`cart:${reader}`, 86_400)
  }
  await admin.select(cacheNumbers['redis-catalogue'])
  await admin.set('shop:settings', '{"currency":"EUR"}', 'EX', 3600)
  if (variant === 'mended')
    for (let book = 1; book <= 400; book++)
      await admin.set(
        `book:${book}`,
        JSON.stringify({ id: book, title: `Volume ${book}` }),
        'EX',
        500 + ((book * 37) % 400),
      )
  admin.disconnect()
  return before
}

export async function leaveCaches(before: Record<string, string>): Promise<void> {
  const admin = client()
  for (const [name, value] of Object.entries(before)) await admin.config('SET', name, value)
  await empty(admin)
  admin.disconnect()
}

/** MONITOR as `redis-cli monitor` prints it. */
export function monitor(): () => string {
  const lines: string[] = []
  let rest = ''
  const socket = net.connect(redis.port, redis.host, () => socket.write('MONITOR\r\n'))
  socket.on('data', (part) => {
    const [...whole] = (rest + part.toString()).split('\r\n')
    rest = whole.pop() ?? ''
    for (const line of whole) {
      const number = Number(/^\+[0-9.]+ \[(\d+) /.exec(line)?.[1] ?? -1)
      if (numbers.some((own) => own === number)) lines.push(line.slice(1))
    }
  })
  socket.on('error', () => undefined)
  return () => {
    socket.destroy()
    return lines.map((line) => `${line}\n`).join('')
  }
}

/** INFO without what names the machine. */
export async function cacheInfo(): Promise<string> {
  const admin = client()
  const text = await admin.info('everything')
  admin.disconnect()
  return text
    .split('\r\n')
    .filter(
      (line) =>
        !/^(executable|config_file|os|arch_bits|gcc_version|process_id|run_id|tcp_port|multiplexing_api|atomicvar_api|redis_build_id|total_system_memory.*):/.test(
          line,
        ),
    )
    .join('\n')
}

export async function cacheVersion(): Promise<string> {
  const admin = client()
  const text = await admin.info('server')
  admin.disconnect()
  return /redis_version:(\S+)/.exec(text)?.[1] ?? ''
}
