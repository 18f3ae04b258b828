/** Connections to databases and caches, by the host names that compose.yaml gives them. */
import Redis from 'ioredis'
import { Pool, type PoolClient } from 'pg'

/** Each cache is a database number of one Redis on the recording machine; the MONITOR capture tells them apart by it. */
export const cacheNumbers = {
  'redis-storefront': 1,
  'redis-catalogue': 2,
  'redis-pricing': 3,
  'redis-cart': 4,
  'redis-stock': 5,
} as const
export type CacheHost = keyof typeof cacheNumbers

/** `most` connections; a query that waits for one would be traced below whoever gave it back. */
export function database(host: string, name: string, most = 10): Pool {
  return new Pool({ host, port: 5432, user: 'postgres', database: name, max: most })
}

export function cache(host: CacheHost): Redis {
  const client = new Redis({
    host,
    port: 6379,
    db: cacheNumbers[host],
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => 200,
  })
  // every failing command tells of it as well
  client.on('error', () => undefined)
  return client
}

export async function transaction<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

/** A time to live that differs from key to key, so that keys written together do not expire together. */
export function jittered(seconds: number): number {
  return Math.round(seconds * (0.75 + Math.random() / 2))
}
