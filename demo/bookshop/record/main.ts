/**
 * Records the bookshop, flawed and mended: starts the services (a process each), plays the shoppers, and keeps what the system gives off.
 * Everything that it makes on the servers is called bookshop and is removed at the end.
 *
 *     npm run record                both variants, about four minutes
 *     npm run record -- flawed      one of them
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { availableParallelism, loadavg, setPriority } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { play, type Plan } from '../load/shoppers'
import { receiverPort } from '../platform/network'
import { type Variant } from '../variant'
import { cacheInfo, cacheVersion, leaveCaches, monitor, prepareCaches } from './caches'
import { composeFile, servicesOf } from './compose'
import { createDatabases, databaseStatistics, databaseVersion, dropDatabases } from './databases'
import { startBridge, startCacheLine, startFarLine, startProvider } from './outside'
import { brokerVersion, leaveQueues, prepareQueues, queueDefinitions, watchQueues } from './queues'
import { missingServers } from './servers'

const home = path.resolve(__dirname, '..')
const repository = path.resolve(home, '../..')
const plan: Plan = { seed: 20_241, seconds: 120, shoppers: 104 }
/** These write the stable semantic conventions, or both generations; the others what their instrumentation writes by default. */
const conventions: Record<string, string> = {
  storefront: 'http,database',
  shipping: 'http,database',
  stock: 'http,database',
  reviews: 'http,database/dup',
  payments: 'http/dup,database/dup',
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const say = (text: string): boolean => process.stderr.write(`${text}\n`)

/** Where the services send their spans: every request body is a line, as the Collector's file exporter writes it. */
function startReceiver(lines: string[]): http.Server {
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      lines.push(Buffer.concat(parts).toString())
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  return server.listen(receiverPort, '127.0.0.1')
}

function start(service: string, variant: Variant): Promise<ChildProcess> {
  const env: NodeJS.ProcessEnv = { BOOKSHOP_SERVICE: service, BOOKSHOP_VARIANT: variant }
  for (const name of ['PATH', 'BOOKSHOP_FAULTS', 'BOOKSHOP_POSTGRES', 'BOOKSHOP_REDIS', 'BOOKSHOP_RABBITMQ'])
    if (process.env[name] !== undefined) env[name] = process.env[name]
  const stable = conventions[service]
  if (stable !== undefined) env.OTEL_SEMCONV_STABILITY_OPT_IN = stable
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('tsx/cjs'),
      '--require',
      path.join(home, 'platform/tracing.ts'),
      path.join(home, `services/${service}.ts`),
    ],
    // argv0 becomes part of unknown_service
    { env, argv0: 'node', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child))
    child.once('exit', (code) => reject(new Error(`${service} stopped with ${code}`)))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit')
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.send('stop')
  await ended
}

/** Stack traces name files of this machine. */
function withoutPaths(text: string): string {
  return text.replaceAll(home, '/bookshop').replaceAll(repository, '/bookshop')
}

async function record(variant: Variant): Promise<void> {
  const folder = path.join(home, 'recording', variant)
  mkdirSync(folder, { recursive: true })
  const keep = (name: string, text: string, packed = false): void => {
    const clean = withoutPaths(text)
    writeFileSync(path.join(folder, name), packed ? gzipSync(clean, { level: 9 }) : clean)
  }
  const lines: string[] = []
  await prepareQueues()
  const counting = await createDatabases()
  const before = await prepareCaches(variant, plan.shoppers)
  const outside = [startReceiver(lines), startFarLine(45)]
  const provider = startProvider()
  const cacheLine = startCacheLine()
  outside.push(provider.server)
  try {
    const commands = monitor()
    const endBridge = variant === 'flawed' ? await startBridge() : undefined
    const services: ChildProcess[] = []
    for (const service of servicesOf(variant)) services.push(await start(service, variant))
    await pause(4000)
    // what was exported until here is the start of the services, not the shoppers
    lines.length = 0
    const queues = watchQueues()
    provider.begin()
    setTimeout(() => cacheLine.cut(3000), 82_000)
    say(`${variant}: ${plan.seconds} seconds of shoppers`)
    const recordedAt = new Date().toISOString()
    const answers = await play(plan)
    const [load = 0] = loadavg()
    if (load > availableParallelism())
      say(
        `${variant}: the machine was busy (load ${load.toFixed(1)}), and the times in the recording tell of it: best record again`,
      )
    await pause(4000)
    keep('queues.jsonl.gz', await queues(), true)
    keep('definitions.json', await queueDefinitions())
    keep('redis-info.txt', await cacheInfo())
    keep('redis-monitor.txt.gz', commands(), true)
    const counted = await databaseStatistics(counting)
    if (counting) keep('pg-stat-statements.jsonl.gz', counted.statements, true)
    keep('pg-stat-tables.jsonl.gz', counted.tables, true)
    await Promise.all(services.map(stop))
    await endBridge?.()
    const text = lines.map((line) => `${line}\n`).join('')
    keep('traces.jsonl.gz', text, true)
    keep('compose.yaml', composeFile(variant))
    const { dependencies } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    const versions = {
      node: process.versions.node.split('.')[0],
      postgresql: await databaseVersion(),
      redis: await cacheVersion(),
      rabbitmq: await brokerVersion(),
      ...dependencies,
    }
    const manifest = {
      variant,
      recordedAt,
      plan,
      pgStatStatements: counting ? 'recorded' : 'missing: pg_stat_statements is not in shared_preload_libraries',
      versions,
    }
    keep('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`)
    say(
      `${variant}: answers ${JSON.stringify(answers)}, ${text.match(/"spanId":"[0-9a-f]{16}","(?:traceState|parentSpanId|name|flags)/g)?.length ?? 0} spans`,
    )
  } finally {
    for (const server of [...outside, cacheLine.server]) server.close()
    await leaveCaches(before)
    await leaveQueues()
    await dropDatabases()
  }
}

/** A busy machine would be recorded as a slow shop. Only root may be preferred; without it the recording is made as things are. */
function goFirst(): void {
  try {
    setPriority(-10)
  } catch {
    say('not preferred over other processes: if this machine is busy, the shop will look slow')
  }
}

async function main(): Promise<void> {
  const missing = await missingServers()
  if (missing.length > 0) {
    for (const line of missing) say(line)
    process.exit(2)
  }
  goFirst()
  const asked = process.argv.slice(2)
  for (const variant of ['flawed', 'mended'] as const)
    if (asked.length === 0 || asked.includes(variant)) await record(variant)
  process.exit(0)
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exit(1)
})
