/**
 * What a live audit of a Redis with a million keys takes, and what it costs those whom the server serves meanwhile.
 * What is easily got wrong: on one machine an audit slows a server by the processors that it takes, which on two machines it does not, and
 * the latency of two moments differs by more than that. So three kinds of stretches take turns in changing order: quiet; beside an audit of another, equal
 * server on this machine; and audited. The last two differ by nothing but the commands that the server gets. Ratios are within a round, and their median counts.
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
const rounds = Number(process.env['BENCH_LIVE_ROUNDS'] ?? 6)
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
  const owner = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 })
  owner.on('error', () => {})
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

/** The p99 that four clients see who ask for keys as fast as they are answered, in ms. */
function p99(port: number): Promise<number> {
  const child = spawn(
    'redis-benchmark',
    ['-p', String(port), '-t', 'get', '-n', String(stretchRequests), '-c', '4', '-r', String(keys), '--csv'],
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

const isAsking = async (owner: Redis): Promise<boolean> => /name=faultline/.test(String(await owner.client('LIST')))

/** Stretches of the load on `measured` while `asked` is audited: as many as lie wholly within the questions. */
async function beside(measured: number, asked: number): Promise<{ p99s: number[]; wallMs: number }> {
  const owner = new Redis(asked, '127.0.0.1')
  const { done } = startAudit(asked)
  try {
    while (!(await isAsking(owner))) await new Promise((resolve) => setTimeout(resolve, 50))
    await new Promise((resolve) => setTimeout(resolve, 300))
    const p99s: number[] = []
    for (;;) {
      const one = await p99(measured)
      if (!(await isAsking(owner))) break
      p99s.push(one)
    }
    return { p99s, wallMs: (await done).wallMs }
  } finally {
    owner.disconnect()
  }
}

async function quiet(port: number, stretches: number): Promise<number[]> {
  const p99s: number[] = []
  while (p99s.length < stretches) p99s.push(await p99(port))
  return p99s
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2
}

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

export async function live(load: number): Promise<Figure[]> {
  execFileSync('redis-server', ['--version'])
  const server = await startRedis()
  const other = await startRedis()
  const owner = new Redis(server.port, '127.0.0.1')
  try {
    await owner.config('RESETSTAT')
    const alone = await startAudit(server.port).done
    const work = await otherWork(owner)
    const seconds = Number(/ in ([\d.]+) s/.exec(alone.told)?.[1])
    const busy = work.us / 1e6 / seconds
    const medians: Record<Condition, number[]> = { quiet: [], other: [], audited: [] }
    const walls = [alone.wallMs]
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < 3; turn++) {
        const condition = conditions[(round + turn) % 3] ?? 'quiet'
        if (condition === 'quiet') {
          medians.quiet.push(median(await quiet(server.port, 5)))
          continue
        }
        const { p99s, wallMs } = await beside(server.port, condition === 'other' ? other.port : server.port)
        medians[condition].push(median(p99s))
        if (condition === 'audited') walls.push(wallMs)
      }
      const told = conditions.map((condition) => `${condition} ${medians[condition].at(-1)?.toFixed(2)} ms`)
      process.stderr.write(`  p99 ${told.join(', ')}\n`)
    }
    const growth = (over: Condition): number[] =>
      medians.audited.map((p99Ms, round) => p99Ms / (medians[over][round] ?? NaN) - 1)
    const noise = median(medians.quiet.map((p99Ms) => Math.abs(p99Ms / median(medians.quiet) - 1)))
    const [byCommands, inAll] = [growth('other'), growth('quiet')]
    return [
      {
        id: 'live',
        work: 'live audit of a Redis with 1 M keys, default budget',
        target: '≤ 20 s',
        measured: `${(alone.wallMs / 1_000).toFixed(1)} s alone, ${(median(walls) / 1_000).toFixed(1)} s beside a load, begun at load ${load.toFixed(1)} of the machine (${work.calls.toLocaleString('en')} commands in ${seconds} s, ${percent(busy)} of the server’s time)`,
        met: alone.wallMs <= 20_000,
      },
      {
        id: 'live-p99',
        work: 'growth of the p99 of four clients at full speed while it is asked',
        target: '< 10 %',
        measured: `${percent(median(byCommands))} (${percent(Math.min(...byCommands))} to ${percent(Math.max(...byCommands))}) over the same audit of another server on this machine; ${percent(median(inAll))} over quiet, which varies by ${percent(noise)} itself; medians of ${rounds} rounds, begun at load ${load.toFixed(1)}`,
        met: median(byCommands) < 0.1,
      },
    ]
  } finally {
    owner.disconnect()
    await server.stop()
    await other.stop()
  }
}

const conditions = ['quiet', 'other', 'audited'] as const
type Condition = (typeof conditions)[number]

const percent = (share: number): string => `${share < 0 ? '−' : ''}${Math.abs(share * 100).toFixed(1)} %`
