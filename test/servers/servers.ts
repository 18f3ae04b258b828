/**
 * Real servers for tests: one that runs already, else one of the test's own, else a line that says what was not tested.
 * What is easily got wrong: a skipped test looks like a passed one, so with CI=true a missing server is an error.
 *
 *     const nats = await findServer('nats', 'streams as JetStream tells them')
 *     describe.runIf(nats)('a real NATS', () => { …; afterAll(() => nats?.stop()) })
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { kinds, type Place, type ServerKind } from './kinds.js'

export type { ServerKind } from './kinds.js'

export interface TestServer {
  /** Where it answers; of RabbitMQ that is the management API. */
  url: string
  /** Whether this test started it: only such a one may be stopped, filled or configured at will. */
  own: boolean
  /** Stops it if it is the test's own, and waits until it is gone. */
  stop(): Promise<void>
}

/** A running server, by the environment or at the usual place; else a new one; else undefined, with one line. */
export async function findServer(kind: ServerKind, tests: string): Promise<TestServer | undefined> {
  const { variable, usual, answers } = kinds[kind]
  const given = process.env[variable]
  const url = given === undefined || given === '' ? usual : given
  if (await answers(new URL(url))) return { url, own: false, stop: () => Promise.resolve() }
  if (url === given) throw new Error(`${variable} names a server that does not answer as the tests need it`)
  return startServer(kind, tests)
}

/** A new server of the test's own, with further arguments after or before its own if need be; undefined, with one line, where its program is missing. */
export async function startServer(
  kind: ServerKind,
  tests: string,
  { args: furtherArgs = [], firstArgs = [] }: { args?: readonly string[]; firstArgs?: readonly string[] } = {},
): Promise<TestServer | undefined> {
  const { programs, start, answers } = kinds[kind]
  const program = programs.map(pathOf).find((path) => path !== undefined)
  if (program === undefined) {
    const line = `not tested, for there is no ${kind} here: ${tests}`
    if (process.env['CI'] === 'true') throw new Error(line)
    console.warn(line)
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), `faultline-${kind}-`))
  const [port, ...further] = await freePorts()
  const place: Place = { port, further, folder }
  const { args, variables, url } = start(place)
  const log = join(folder, 'output.log')
  const output = openSync(log, 'w')
  const child = spawn(program, [...firstArgs, ...args, ...furtherArgs], {
    cwd: folder,
    detached: true,
    env: { ...process.env, ...variables },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const abandon = (): void => killGroup(child, 'SIGKILL')
  process.once('exit', abandon)
  const stop = async (): Promise<void> => {
    process.off('exit', abandon)
    await ended(child)
    rmSync(folder, { recursive: true, force: true })
  }
  // RabbitMQ takes some seconds, on a busy machine many.
  for (let waited = 0; waited < 90_000 && child.exitCode === null; waited += 100) {
    if (await answers(new URL(url))) return { url, own: true, stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const said = readFileSync(log, 'utf8').slice(-2000)
  await stop()
  throw new Error(`${program} did not start to answer at ${url}. It said:\n${said}`)
}

/** Folders of servers are not on every user's path. */
function pathOf(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin']
  const candidates = program.startsWith('/') ? [program] : folders.map((folder) => join(folder, program))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Three ports that are free now, all held until the last is known so that they differ. */
async function freePorts(): Promise<[number, number, number]> {
  const holders = [createServer(), createServer(), createServer()]
  const ports: number[] = []
  for (const holder of holders) {
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    ports.push((holder.address() as AddressInfo).port)
  }
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))))
  const [one = 0, two = 0, three = 0] = ports
  return [one, two, three]
}

/** A server may be a script with children, so its whole group is told. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // It is gone already.
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  killGroup(child, 'SIGTERM')
  const patience = setTimeout(() => killGroup(child, 'SIGKILL'), 10_000)
  await gone
  clearTimeout(patience)
}
