/**
 * Empties the catalogue's cache in the midst of load and writes down what came of it: what a model of a cold start is held against.
 * The mended catalogue runs with a Redis, a database and a virtual host of its own; books are asked for as shops are, by Zipf's law, when they come.
 *
 *     npm run cold-start            about three minutes; writes recording/cold-start
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import Redis from 'ioredis'
import pg from 'pg'
import { seeded, zipf } from '../load/chance'
import { ports, postgres } from '../platform/network'
import { cacheNumbers } from '../platform/stores'
import { catalogueTables } from './databases'
import { startQueryLine, type QueryLine } from './query-line'

const home = path.resolve(__dirname, '..')
const database = 'bookshop_catalogue'
const vhost = 'bookshop-cold-start'
const books = 400
const perSecond = 120
/** Until the capture begins, how long it lasts, how long each flush is watched, and how often there is one. */
const [warmSeconds, captureSeconds, watchedSeconds, flushes] = [30, 40, 30, 3]
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const holder = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = holder.address() as net.AddressInfo
      holder.close(() => resolve(port))
    })
  })
}

async function query<Row extends pg.QueryResultRow>(name: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ host: postgres.host, port: postgres.port, user: 'postgres', database: name })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

/** As many queries a second as the database answers over the catalogue's connections, and how long one takes when it is idle. */
async function measureDatabase(line: QueryLine): Promise<{ capacityPerSecond: number; latencyMs: number }> {
  const pool = new pg.Pool({ host: '127.0.0.1', port: line.port, user: 'postgres', database, max: 25 })
  const ask = (id: number) => pool.query('SELECT id, title, author_id, blurb FROM books WHERE id = $1', [id])
  const times: number[] = []
  for (let id = 1; id <= 300; id++) {
    const begun = performance.now()
    await ask(id)
    times.push(performance.now() - begun)
  }
  const [until, before] = [performance.now() + 4000, line.queries()]
  await Promise.all(
    Array.from({ length: 25 }, async (_, worker) => {
      for (let n = 0; performance.now() < until; n++) await ask(1 + ((worker * 31 + n) % books))
    }),
  )
  await pool.end()
  const latencyMs = times.sort((a, b) => a - b)[times.length / 2] ?? 0
  return { capacityPerSecond: Math.round((line.queries() - before) / 4), latencyMs: Number(latencyMs.toFixed(2)) }
}

function startCatalogue(redisPort: number, databasePort: number): Promise<ChildProcess> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    BOOKSHOP_SERVICE: 'catalogue',
    BOOKSHOP_VARIANT: 'mended',
    BOOKSHOP_VHOST: vhost,
    BOOKSHOP_REDIS: `127.0.0.1:${redisPort}`,
    BOOKSHOP_POSTGRES: `127.0.0.1:${databasePort}`,
  }
  const first = ['--require', require.resolve('tsx/cjs'), '--require', path.join(home, 'platform/tracing.ts')]
  const child = spawn(process.execPath, [...first, path.join(home, 'services/catalogue.ts')], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child))
    child.once('exit', (code) => reject(new Error(`the catalogue stopped with ${code}`)))
  })
}

interface Shoppers {
  asked(): number
  /** Returns how many requests failed. */
  stop(): number
}

/** Asks for books when shoppers come, whether or not the last was answered. */
function startShoppers(): Shoppers {
  const chance = seeded(77)
  const popular = zipf(chance, books)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 200 })
  let [asked, failed, ended, dueMs] = [0, 0, false, performance.now()]
  const next = (): void => {
    if (ended) return
    while (dueMs <= performance.now()) {
      asked += 1
      dueMs += (-Math.log(1 - chance()) * 1000) / perSecond
      const request = http.get(
        { host: '127.0.0.1', port: ports.catalogue, path: `/books/${popular()}`, agent },
        (answer) => {
          if (answer.statusCode !== 200) failed += 1
          answer.resume()
        },
      )
      request.on('error', () => (failed += 1))
    }
    setTimeout(next, Math.max(1, dueMs - performance.now()))
  }
  next()
  return {
    asked: () => asked,
    stop() {
      ended = true
      agent.destroy()
      return failed
    },
  }
}

interface Second {
  /** Books asked for: each is one read of the cache. */
  reads: number
  /** Queries that came over the line: each is one miss. */
  queries: number
}

/** What the shoppers and the line to the database counted, a second at a time. */
async function watch(shoppers: Shoppers, line: QueryLine, seconds: number): Promise<Second[]> {
  const told: Second[] = []
  const start = performance.now()
  let before = { reads: shoppers.asked(), queries: line.queries() }
  for (let second = 1; second <= seconds; second++) {
    await pause(Math.max(0, start + second * 1000 - performance.now()))
    const now = { reads: shoppers.asked(), queries: line.queries() }
    told.push({ reads: now.reads - before.reads, queries: now.queries - before.queries })
    before = now
  }
  return told
}

function capture(port: number): () => string {
  let text = ''
  const socket = net.connect(port, '127.0.0.1', () => socket.write('MONITOR\r\n'))
  socket.on('data', (part) => (text += part.toString()))
  return () => {
    socket.destroy()
    const lines = text.split('\r\n').slice(0, -1)
    return lines.flatMap((line) => (/^\+[0-9.]+ \[/.test(line) ? [`${line.slice(1)}\n`] : [])).join('')
  }
}

async function main(): Promise<void> {
  const present = await query<{ n: number }>('postgres', `SELECT 1 AS n FROM pg_database WHERE datname = '${database}'`)
  if (present.length > 0) throw new Error(`the database ${database} is there already: is a recording being made?`)
  const folder = mkdtempSync(path.join(tmpdir(), 'bookshop-cold-'))
  const redisPort = await freePort()
  const server = spawn(
    'redis-server',
    ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    {
      stdio: 'ignore',
    },
  )
  const line = await startQueryLine(postgres)
  const admin = new Redis({ host: '127.0.0.1', port: redisPort, db: cacheNumbers['redis-catalogue'] })
  admin.on('error', () => undefined)
  let service: ChildProcess | undefined
  try {
    execFileSync('rabbitmqctl', ['-q', 'add_vhost', vhost])
    execFileSync('rabbitmqctl', ['-q', 'set_permissions', '-p', vhost, 'guest', '.*', '.*', '.*'])
    await query('postgres', `CREATE DATABASE ${database}`)
    await query(database, catalogueTables)
    const measuredDatabase = await measureDatabase(line)
    service = await startCatalogue(redisPort, line.port)
    const [loadBefore = 0] = loadavg()
    const shoppers = startShoppers()
    await pause(warmSeconds * 1000)
    const captured = capture(redisPort)
    await pause(captureSeconds * 1000)
    const monitor = captured()
    const warm = await watch(shoppers, line, 10)
    const seen: Second[][] = []
    for (let flush = 0; flush < flushes; flush++) {
      await admin.flushdb()
      seen.push(await watch(shoppers, line, watchedSeconds))
    }
    const failed = shoppers.stop()
    const target = path.join(home, 'recording/cold-start')
    mkdirSync(target, { recursive: true })
    writeFileSync(path.join(target, 'redis-monitor.txt.gz'), gzipSync(monitor, { level: 9 }))
    const measured = {
      recordedAt: new Date().toISOString(),
      loadOfMachine: Number(loadBefore.toFixed(1)),
      plannedPerSecond: perSecond,
      ...measuredDatabase,
      failed,
      warm,
      flushes: seen,
    }
    writeFileSync(path.join(target, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`)
  } finally {
    service?.removeAllListeners('exit')
    service?.kill()
    admin.disconnect()
    line.close()
    server.kill()
    await query('postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    execFileSync('rabbitmqctl', ['-q', 'delete_vhost', vhost])
    rmSync(folder, { recursive: true, force: true })
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
