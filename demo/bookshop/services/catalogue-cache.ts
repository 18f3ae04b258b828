/** Two things that all shoppers share: the shop's settings and the page of the flash sale. */
import type Redis from 'ioredis'
import type { Pool } from 'pg'
import { planted } from '../variant'
import { jittered } from '../platform/stores'

let known: { until: number; text: string } | undefined
let asking: Promise<string> | undefined

/** One key that every request reads is one key that one shard must serve; the mended shop keeps it in the process for ten seconds. */
export async function settings(cache: Redis): Promise<string> {
  if (!planted('hot-key') && known && known.until > Date.now()) return known.text
  const text = (await cache.get('shop:settings').catch(() => null)) ?? '{}'
  known = { until: Date.now() + 10_000, text }
  return text
}

/** In the flawed shop every shopper who finds the key expired asks the database, which takes the longer for it. */
export async function bestsellers(cache: Redis, books: Pool): Promise<unknown> {
  const cached = await cache.get('sale:page').catch(() => null)
  if (cached !== null) return JSON.parse(cached)
  if (planted('cache-stampede')) return JSON.parse(await refill(cache, books))
  asking ??= refill(cache, books).finally(() => (asking = undefined))
  return JSON.parse(await asking)
}

async function refill(cache: Redis, books: Pool): Promise<string> {
  const ranking = planted('slow-query')
    ? // no index serves this, and the sleep stands for the rows that a small demo has not got
      'SELECT id, title, pg_sleep(0.9) FROM (SELECT books.id, title, count(*) AS sold FROM books JOIN sales ON book_id = books.id GROUP BY books.id ORDER BY sold DESC LIMIT 1) AS best'
    : 'SELECT book_id, title FROM best_of_day ORDER BY rank LIMIT 20'
  const { rows } = await books.query<object>(ranking)
  const text = JSON.stringify(rows)
  await cache.set('sale:page', text, 'EX', planted('cache-stampede') ? 3 : jittered(120)).catch(() => null)
  return text
}
