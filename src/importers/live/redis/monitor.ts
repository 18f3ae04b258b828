/**
 * Watches the commands that a server runs, for a while, into a file as `redis-cli MONITOR` would write it.
 * What is easily got wrong: a server keeps in its own memory what a watcher does not take, so nothing is looked at on the way and
 * the file is bounded; and watching costs a busy server up to a half of its throughput, so it is done only when it is asked for.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Connection } from './connection.js'

const mostBytes = 512 << 20

export interface Capture {
  path: string
  bytes: number
  seconds: number
  /** Whether it ended early because it had grown too large. */
  cut: boolean
  /** What the server said instead of lines. */
  refusal?: Error
  /** Why the connection was lost. */
  lost?: unknown
}

/** Nothing else can be asked over the connection afterwards. Rejects only when the user gives up. */
export async function watchCommands(
  connection: Connection,
  path: string,
  seconds: number,
  signal: AbortSignal,
  most = mostBytes,
): Promise<Capture> {
  const file = openSync(path, 'w')
  const stop = new AbortController()
  const capture: Capture = { path, bytes: 0, seconds: 0, cut: false }
  const lines = new MonitorLines()
  const started = performance.now()
  const end = setTimeout(() => stop.abort(), seconds * 1_000)
  const give = (): void => stop.abort()
  signal.addEventListener('abort', give)
  try {
    await connection.monitor((bytes) => {
      if (stop.signal.aborted) return
      const text = lines.take(bytes)
      if (lines.refusal !== undefined) capture.refusal = new Error(lines.refusal)
      capture.bytes += text.length
      capture.cut = capture.bytes > most
      if (text !== '') writeSync(file, text, null, 'latin1')
      if (capture.cut || capture.refusal) stop.abort()
    }, stop.signal)
  } catch (error) {
    capture.lost = error
  } finally {
    clearTimeout(end)
    signal.removeEventListener('abort', give)
    closeSync(file)
    connection.close()
  }
  signal.throwIfAborted()
  capture.seconds = (performance.now() - started) / 1_000
  return capture
}

/** Takes the frames of the protocol off: whole lines of text come out, as redis-cli prints them. */
export class MonitorLines {
  private rest = ''
  private begun = false
  refusal: string | undefined

  take(bytes: Buffer): string {
    const text = this.rest + bytes.toString('latin1')
    const end = text.lastIndexOf('\r\n')
    if (end < 0) {
      this.rest = text
      return ''
    }
    this.rest = text.slice(end + 2)
    const whole = `\r\n${text.slice(0, end)}`
    if (this.begun) return `${whole.replaceAll('\r\n+', '\n').slice(1)}\n`
    this.begun = true
    // The first line is the answer to MONITOR.
    const [, first = '', ...more] = whole.split('\r\n')
    if (!first.startsWith('+')) this.refusal = first.slice(1)
    return more.map((line) => `${line.slice(1)}\n`).join('')
  }
}
