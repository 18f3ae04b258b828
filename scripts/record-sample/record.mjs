/**
 * Records samples/demo/traces.jsonl.gz: starts the bookshop (one process a service), plays readers, and keeps what the SDK exported,
 * one export request a line, as the Collector's file exporter does. Needs PostgreSQL, Redis and RabbitMQ on this machine at their
 * usual ports; everything it makes there is called bookshop and is removed at the end.
 */
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import amqplib from 'amqplib'
import Redis from 'ioredis'
import { createDatabases, dropDatabases } from './database.mjs'
import bookshop from './bookshop.cjs'

const { ask, ports, providerPort, pause } = bookshop
const receiverPort = 7109
const queues = ['bookshop.orders.placed', 'bookshop.parcels.sent', 'bookshop.letters.due']
const lines = []

/** Where the services send their spans: every request body becomes a line. */
const receiver = createServer((request, response) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    lines.push(Buffer.concat(parts).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
})

/** The payment provider: slow, and often overloaded, most of the time in bursts. Not ours, so it gives no spans. */
let charges = 0
const provider = createServer((request, response) => {
  const overloaded = charges++ % 40 < 26
  setTimeout(() => response.writeHead(overloaded ? 503 : 200).end('{}'), 15)
})

/** A bridge between two queues that forwards bodies alone. */
async function bridge() {
  const connection = await amqplib.connect('amqp://guest:guest@127.0.0.1:5672')
  const channel = await connection.createChannel()
  for (const queue of queues) await channel.assertQueue(queue, { durable: false })
  await channel.consume(
    'bookshop.parcels.sent',
    (message) =>
      message &&
      channel.sendToQueue('bookshop.letters.due', message.content, { messageId: message.properties.messageId }),
    { noAck: true },
  )
  return connection
}

/** These write the stable semantic conventions, the others what their instrumentation writes by default. */
const stableServices = new Set(['storefront', 'reviews', 'payments', 'shipping'])

function start(service) {
  const here = (path) => fileURLToPath(new URL(path, import.meta.url))
  const stable = stableServices.has(service) ? { OTEL_SEMCONV_STABILITY_OPT_IN: 'http,database' } : {}
  const env = {
    PATH: process.env.PATH,
    BOOKSHOP_SERVICE: service,
    BOOKSHOP_RECEIVER: `http://127.0.0.1:${receiverPort}/v1/traces`,
    ...stable,
  }
  const child = fork(here(`services/${service}.cjs`), { execArgv: ['--require', here('tracing.cjs')], env })
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child))
    child.once('exit', (code) => reject(new Error(`${service} stopped with ${code}`)))
  })
}

const pages = [
  { count: 60, method: 'GET', path: () => '/home' },
  { count: 60, method: 'GET', path: () => '/recommendations' },
  { count: 120, method: 'GET', path: (n) => `/books/${1 + ((n * 37) % 60)}` },
  { count: 105, method: 'GET', path: (n) => `/authors/${n % 10}` },
  { count: 105, method: 'GET', path: (n) => `/account/${n % 40}` },
  { count: 110, method: 'POST', path: () => '/orders' },
]

/** Readers come from outside: these requests carry no trace context. */
async function play() {
  const visits = pages.flatMap(({ count, method, path }) =>
    Array.from({ length: count }, (_, n) => ({ at: n / count, method, path: path(n) })),
  )
  visits.sort((a, b) => a.at - b.at || a.path.localeCompare(b.path))
  const next = visits[Symbol.iterator]()
  const reader = async () => {
    for (const { method, path } of next) {
      // A failed order is part of the recording.
      await ask('storefront', method, path, { timeoutMs: 30000 }).catch(() => undefined)
      await pause(20)
    }
  }
  await Promise.all([reader(), reader(), reader(), reader()])
}

/** Stack traces name files of this machine. */
function withoutPaths(line) {
  return line
    .replaceAll(fileURLToPath(new URL('.', import.meta.url)), '/bookshop/')
    .replaceAll(process.cwd(), '/bookshop')
}

async function cleanUp() {
  const connection = await amqplib.connect('amqp://guest:guest@127.0.0.1:5672')
  const channel = await connection.createChannel()
  for (const queue of queues) await channel.deleteQueue(queue)
  await connection.close()
  const redis = new Redis({ host: '127.0.0.1', port: 6379 })
  const keys = await redis.keys('bookshop:*')
  if (keys.length > 0) await redis.del(...keys)
  redis.disconnect()
  await dropDatabases()
}

async function stop(child) {
  child.removeAllListeners('exit')
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.send('stop')
  await ended
}

await cleanUp()
try {
  await createDatabases()
  receiver.listen(receiverPort, '127.0.0.1')
  provider.listen(providerPort, '127.0.0.1')
  const bridgeConnection = await bridge()
  const services = await Promise.all(Object.keys(ports).map(start))
  await pause(6000)
  // What was exported until here is the start of the services, not the readers.
  lines.length = 0
  await play()
  await pause(2000)
  await Promise.all(services.map(stop))
  await bridgeConnection.close()
} finally {
  await cleanUp()
}

const folder = new URL('../../samples/demo/', import.meta.url)
mkdirSync(folder, { recursive: true })
const text = lines.map((line) => `${withoutPaths(line)}\n`).join('')
const packed = gzipSync(text, { level: 9 })
writeFileSync(new URL('traces.jsonl.gz', folder), packed)
const spans = text.match(/"spanId":"[0-9a-f]{16}","(?:traceState|parentSpanId|name)/g)?.length ?? 0
process.stderr.write(`${lines.length} lines, about ${spans} spans, ${text.length} bytes, ${packed.length} packed\n`)
process.exit(0)
