/** Starts the stand-in server in a process of its own, or takes the real server that FAULTLINE_CLICKHOUSE_URL names. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A query as it was sent, and what it took. */
export interface Asked {
  query: string
  settings: Record<string, string>
  ms: number
  rowsRead: number
  bytesRead: number
}

export interface TestServer {
  /** `http://127.0.0.1:…`, without a user. */
  url: string
  /** Whether this is the stand-in, which can be told to fail. */
  standIn: boolean
  /** Runs a statement as the user `default`, without Faultline. */
  sql(query: string, data?: string): Promise<string>
  fail(faults: readonly object[]): Promise<void>
  /** Sets clocks ahead by so many seconds: the server's own, and those of its shards. */
  setClocks(ahead: { server: number; shards: readonly number[] }): Promise<void>
  /** Queries and settings that were sent since the last call. */
  asked(): Promise<Asked[]>
  /** The most memory that the stand-in ever held; 0 for a real server. */
  peakBytes(): number
  /** Processor time that the stand-in has used, in seconds; 0 for a real server. */
  cpuSeconds(): number
  alive(): boolean
  stop(): Promise<void>
}

export async function startServer(cluster?: 'two'): Promise<TestServer> {
  const real = process.env['FAULTLINE_CLICKHOUSE_URL']
  if (real !== undefined && real !== '' && cluster === undefined) return serverAt(real, undefined, () => {})
  const folder = mkdtempSync(join(tmpdir(), 'faultline-http-'))
  const script = fileURLToPath(new URL('server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, ...(cluster ? [cluster] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the stand-in server ended with ${code}`)))
  })
  return serverAt(`http://127.0.0.1:${port}`, child, () => rmSync(folder, { recursive: true, force: true }))
}

function serverAt(url: string, child: ChildProcess | undefined, clean: () => void): TestServer {
  const post = async (path: string, body: string): Promise<string> => {
    const response = await fetch(new URL(path, url), { method: 'POST', body })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  }
  const alive = (): boolean => child === undefined || (child.exitCode === null && child.signalCode === null)
  return {
    url,
    standIn: child !== undefined,
    sql: (query, data) => (data === undefined ? post('/', query) : post(`/?query=${encodeURIComponent(query)}`, data)),
    fail: async (faults) => void (await post('/faults', JSON.stringify(faults))),
    setClocks: async (ahead) => void (await post('/clocks', JSON.stringify(ahead))),
    asked: async () => JSON.parse(await post('/asked', '')) as Asked[],
    alive,
    cpuSeconds() {
      if (!child) return 0
      const fields = readFileSync(`/proc/${child.pid ?? 0}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      // utime and stime, in hundredths
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    peakBytes() {
      if (!child) return 0
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
    },
    async stop() {
      if (child && alive()) {
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await gone
      }
      clean()
    },
  }
}
