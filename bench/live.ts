/**
 * What a live audit of a Redis with a million keys takes, and what it costs those whom the server serves meanwhile.
 * What is easily got wrong: on a shared machine the latency of two moments differs by more than an audit adds. So quiet and audited stretches
 * take turns, each pair in the other order, the ratio is of medians over many of them, and the ratio of quiet stretches to each other is told beside it.
 * The share of the server's time that the questions take, by its own count, does not depend on the machine's other work.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import type { Figure } from './figures.js'

const keys = 1_000_000
const pairs = Number(process.env['BENCH_LIVE_PAIRS'] ?? 8)
const stretchRequests = 40_000
const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

interface Server {
  port: number
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as AddressInfo
  await new Promise((resolve) => holder.close(resolve))
  return port
}

async function startRedis(): Promise<Server> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
    stdio: 'ignore',
  })
  const gone = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
  const owner = new Redis(port, '127.0.0.1')
  await owner.ping()
  for (let first = 0; first < keys; first += 10_000) {
    const pipeline = owner.pipeline()
    for (let key = first; key < first + 10_000; key++) {
      if (key % 10 === 0) pipeline.hset(`basket:${key}`, { book: '1', count: '2' })
      else if (key % 2 === 0) pipeline.set(`book:${key}:page`, 'x'.repeat(80 + (key % 400)), 'EX', 3_600)
      else pipeline.set(`session:${key}`, 'x'.repeat(120))
    }
    await pipeline.exec()
  }
  owner.disconnect()
  return {
    port,
    async stop() {
      child.kill()
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The p99 that twenty clients see who ask for keys as fast as they are answered, in ms. */
function p99(port: number): Promise<number> {
  const child = spawn(
    'redis-benchmark',
    ['-p', String(port), '-t', 'get', '-n', String(stretchRequests), '-c', '20', '-r', String(keys), '--csv'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let text = ''
  child.stdout.on('data', (part: Buffer) => (text += part.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      const rows = text
        .trim()
        .split('\n')
        .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')))
      const column = rows[0]?.indexOf('p99_latency_ms') ?? -1
      resolve(Number(rows.at(-1)?.[column]))
    })
  })
}

function startAudit(port: number): { child: ChildProcess; done: Promise<{ wallMs: number; told: string }> } {
  const start = performance.now()
  const child = spawn(process.execPath, [command, 'audit', `redis://127.0.0.1:${port}`, '--fail-on', 'never'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr?.on('data', (part: Buffer) => (told += part.toString()))
  const done = new Promise<{ wallMs: number; told: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0
        ? resolve({ wallMs: performance.now() - start, told })
        : reject(new Error(`audit ended with ${code}: ${told}`)),
    )
  })
  return { child, done }
}

/** Resolves when the audit has asked for some keys and is going on to. */
async function inTheMiddle(owner: Redis): Promise<void> {
  for (;;) {
    if (/name=faultline/.test(String(await owner.client('LIST')))) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
}

async function audited(port: number, owner: Redis): Promise<{ p99s: number[]; wallMs: number; told: string }> {
  const { done } = startAudit(port)
  await inTheMiddle(owner)
  const p99s: number[] = []
  // As many stretches as lie wholly within the questions.
  for (;;) {
    const measured = await p99(port)
    if (!/name=faultline/.test(String(await owner.client('LIST')))) break
    p99s.push(measured)
  }
  return { p99s, ...(await done) }
}

async function quiet(port: number, stretches: number): Promise<number[]> {
  const p99s: number[] = []
  while (p99s.length < stretches) p99s.push(await p99(port))
  return p99s
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Microseconds that the server has spent on commands other than those of the load, and how many there were. */
async function otherWork(owner: Redis): Promise<{ us: number; calls: number }> {
  const stats = await owner.info('commandstats')
  let [us, calls] = [0, 0]
  for (const [, name = '', count, time] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm)) {
    if (/^(get|config|client\|list)/.test(name) && name !== 'config|get') continue
    us += Number(time)
    calls += Number(count)
  }
  return { us, calls }
}

export async function live(): Promise<Figure[]> {
  execFileSync('redis-server', ['--version'])
  const server = await startRedis()
  const owner = new Redis(server.port, '127.0.0.1')
  try {
    await owner.config('RESETSTAT')
    const alone = await startAudit(server.port).done
    const work = await otherWork(owner)
    const seconds = Number(/ in ([\d.]+) s/.exec(alone.told)?.[1])
    const busy = work.us / 1e6 / seconds
    const [quietMedians, auditedMedians, walls]: [number[], number[], number[]] = [[], [], [alone.wallMs]]
    for (let pair = 0; pair < pairs; pair++) {
      const before = pair % 2 === 0 ? await quiet(server.port, 4) : []
      const during = await audited(server.port, owner)
      const after = pair % 2 === 1 ? await quiet(server.port, 4) : []
      quietMedians.push(median([...before, ...after]))
      auditedMedians.push(median(during.p99s))
      walls.push(during.wallMs)
      process.stderr.write(
        `  p99 quiet ${quietMedians.at(-1)} ms, audited ${auditedMedians.at(-1)} ms of ${during.p99s.length} stretches, audit ${Math.round(during.wallMs)} ms\n`,
      )
    }
    const ratios = auditedMedians.map((value, pair) => value / (quietMedians[pair] ?? NaN))
    const growth = median(ratios) - 1
    // How far apart quiet stretches lie by themselves.
    const noise = median(quietMedians.map((value) => Math.abs(value / median(quietMedians) - 1)))
    const percent = (share: number): string => `${share < 0 ? '−' : ''}${Math.abs(share * 100).toFixed(1)} %`
    return [
      {
        id: 'live',
        work: 'live audit of a Redis with 1 M keys, default budget',
        target: '≤ 20 s',
        measured: `${(alone.wallMs / 1_000).toFixed(1)} s alone, ${(median(walls) / 1_000).toFixed(1)} s beside a load (${work.calls.toLocaleString('en')} commands in ${seconds} s)`,
        met: alone.wallMs <= 20_000,
      },
      {
        id: 'live-p99',
        work: 'growth of the p99 of 20 clients at full speed while it is asked',
        target: '< 10 %',
        measured: `${percent(growth)}, median of ${pairs} alternating pairs (${percent(Math.min(...ratios) - 1)} to ${percent(Math.max(...ratios) - 1)}; quiet ones differ by ${percent(noise)}); ${percent(busy)} of the server’s time`,
        met: growth < 0.1,
      },
    ]
  } finally {
    owner.disconnect()
    await server.stop()
  }
}
