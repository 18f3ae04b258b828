/**
 * One connection to a memcached server in its text protocol, over which nothing is sent but the commands listed here.
 * What is easily got wrong: its only way to log in is a `set`, which a server that wants no login would store as an item. So it is
 * sent only to a server that has just said that it wants one.
 */
import { connect, type Socket } from 'node:net'

export const allowedCommands = ['stats', 'stats settings', 'lru_crawler metadump all'] as const
export type MemcachedCommand = (typeof allowedCommands)[number]

const connectMs = 5_000
const answerMs = 5_000
const mostBytes = 8 << 20
const headBytes = 64

/** The connection could not be made or was lost; the first bytes tell what may be listening there. */
export class MemcachedFailure extends Error {
  constructor(
    override readonly cause: unknown,
    readonly firstBytes: Uint8Array,
  ) {
    super(cause instanceof Error ? cause.message : String(cause))
    this.name = 'MemcachedFailure'
  }
}

export class MemcachedConnection {
  private head = Buffer.alloc(0)
  private take: ((bytes: Buffer) => void) | undefined
  private fail: ((error: Error) => void) | undefined
  private failure: Error | undefined

  private constructor(
    private readonly socket: Socket,
    private readonly signal: AbortSignal,
  ) {
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      if (this.head.length < headBytes) this.head = Buffer.concat([this.head, bytes]).subarray(0, headBytes)
      this.take?.(bytes)
    })
    const lost = (error: Error): void => {
      this.failure ??= error
      this.fail?.(this.failure)
    }
    socket.on('error', lost)
    socket.on('close', () => lost(new Error('closed')))
    socket.on('timeout', () => socket.destroy(new Error('timed out')))
    signal.addEventListener('abort', this.onAbort)
  }

  private readonly onAbort = (): void => this.close()

  static async open(host: string, port: number, signal: AbortSignal): Promise<MemcachedConnection> {
    signal.throwIfAborted()
    const socket = connect({ host, port, timeout: connectMs })
    const connection = new MemcachedConnection(socket, signal)
    try {
      await connection.wait<void>((done) => socket.once('connect', () => done()))
      socket.setTimeout(answerMs)
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  }

  /** The answer to one command, up to the line that ends it. */
  ask(command: MemcachedCommand): Promise<string> {
    return this.send(`${command}\r\n`)
  }

  /** Logs in. Only for a server that has asked for it. */
  logIn(user: string, password: string): Promise<string> {
    const words = Buffer.from(`${user} ${password}`)
    return this.send(Buffer.concat([Buffer.from(`set faultline 0 0 ${words.length}\r\n`), words, Buffer.from('\r\n')]))
  }

  private send(bytes: string | Buffer): Promise<string> {
    let text = ''
    return this.wait<string>((done) => {
      this.take = (more) => {
        text += more.toString()
        if (text.length > mostBytes) this.socket.destroy(new Error('the answer has no end'))
        else if (
          /(^|\n)(END|RESET|STORED|OK|(ERROR|CLIENT_ERROR|SERVER_ERROR|BUSY|BADCLASS|NOTSTARTED)[^\n]*)\r?\n$/.test(
            text,
          )
        )
          done(text)
      }
      this.socket.write(bytes)
    })
  }

  /** Sends a command whose answer is long, and gives each line of it until the one that ends it, or until `line` says that it is enough. */
  askLines(command: MemcachedCommand, line: (text: string) => boolean): Promise<void> {
    let rest = ''
    return this.wait<void>((done) => {
      this.take = (bytes) => {
        const lines = (rest + bytes.toString('latin1')).split('\n')
        rest = lines.pop() ?? ''
        for (const each of lines) if (!line(each.replace(/\r$/, ''))) return done()
        if (rest.length > mostBytes) this.socket.destroy(new Error('the answer has no end'))
      }
      this.socket.write(`${command}\r\n`)
    })
  }

  private async wait<Result>(start: (done: (result: Result) => void) => void): Promise<Result> {
    try {
      return await new Promise<Result>((resolve, reject) => {
        this.fail = reject
        if (this.failure) reject(this.failure)
        else start(resolve)
      })
    } catch (error) {
      this.signal.throwIfAborted()
      throw new MemcachedFailure(error, this.head)
    } finally {
      this.take = this.fail = undefined
    }
  }

  close(): void {
    this.signal.removeEventListener('abort', this.onAbort)
    this.socket.destroy()
  }
}
