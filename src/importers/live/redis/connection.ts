/**
 * One connection to one server, through which nothing passes but the allowed commands.
 * What is easily got wrong: a client sends commands of its own accord (HELLO, CLIENT SETINFO, INFO) and reconnects; all that is turned off,
 * and what would still be sent goes through `sendCommand`, where the list is asked.
 */
import { Redis, ReplyError, type Command } from 'ioredis'
import { isAllowed } from './allowed-commands.js'
import type { Host } from './address.js'

export type Reply = string | number | null | Buffer | readonly Reply[]

/** A command as words; keys are bytes. */
export type Question = readonly [string, ...(string | Buffer)[]]

export const connectMs = 5_000
/** A server that says nothing for so long has stalled. */
export const answerMs = 5_000
/** No answer to an allowed question is near this large; a server that sends more is none, or means harm. */
const mostBytes = 64 << 20
const headBytes = 64

/** Thrown before anything is sent. */
export class ForbiddenCommand extends Error {
  constructor(command: string) {
    super(`${command} is not in the list of allowed commands`)
    this.name = 'ForbiddenCommand'
  }
}

export class ReadOnlyRedis extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    if (isAllowed(command.name, command.args)) return super.sendCommand(command, stream)
    command.reject(new ForbiddenCommand(command.name.toUpperCase()))
    return command.promise
  }

  /** A duplicate would be an ordinary client. */
  override duplicate(): never {
    throw new ForbiddenCommand('a second connection')
  }
}

export interface ConnectOptions {
  tls: boolean
  user?: string | undefined
  password?: string | undefined
  signal: AbortSignal
  /** Told what is odd and yet no obstacle. */
  report?: (line: string) => void
}

export class Connection {
  /** The first bytes that came, which tell what else may be listening there. */
  private head = Buffer.alloc(0)
  private received = 0
  private failure: Error | undefined
  private closed = false
  private readonly onAbort = (): void => this.close()

  private constructor(
    private readonly redis: ReadOnlyRedis,
    private readonly signal: AbortSignal,
  ) {}

  /** Connects and logs in. Throws what went wrong, in the words of the system or the server; `firstBytes` of it may explain more. */
  static async open(host: Host, options: ConnectOptions): Promise<Connection> {
    options.signal.throwIfAborted()
    const redis = new ReadOnlyRedis({
      host: host.host,
      port: host.port,
      ...(options.tls && { tls: { servername: /^[\d.:]+$/.test(host.host) ? '' : host.host } }),
      lazyConnect: true,
      protocol: 2,
      disableClientInfo: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      connectTimeout: connectMs,
      commandTimeout: answerMs,
    })
    const connection = new Connection(redis, options.signal)
    redis.on('error', (error: Error) => (connection.failure ??= error))
    options.signal.addEventListener('abort', connection.onAbort)
    try {
      await redis.connect()
      redis.stream.on('data', (data: Buffer) => connection.note(data))
      await connection.login(options)
      return connection
    } catch (error) {
      connection.close()
      options.signal.throwIfAborted()
      throw new ConnectionFailure(connection.failure ?? error, connection.head)
    }
  }

  private async login({ user, password, report }: ConnectOptions): Promise<void> {
    if (password === undefined) return
    try {
      await this.ask(user === undefined ? ['AUTH', password] : ['AUTH', user, password])
    } catch (error) {
      // A server without passwords serves all the same.
      if (!/no password is set|without any password configured/i.test(String(error))) throw error
      report?.('the server needs no password, though the address has one')
    }
  }

  private note(data: Buffer): void {
    if (this.head.length < headBytes) this.head = Buffer.concat([this.head, data]).subarray(0, headBytes)
    this.received += data.length
    if (this.received > mostBytes) {
      this.failure ??= new Error('the answer has no end')
      this.close()
    }
  }

  /** Asks one question; text comes as text. Throws the server's refusal. */
  async ask([name, ...args]: Question): Promise<Reply> {
    const [result] = await this.askTogether([[name, ...args]])
    if (result instanceof Error) throw result
    const text = (reply: Reply): Reply =>
      Buffer.isBuffer(reply) ? reply.toString() : Array.isArray(reply) ? reply.map((each: Reply) => text(each)) : reply
    return text(result ?? null)
  }

  /** Asks several questions in one packet; each answer is bytes, or the server's refusal. Throws when the connection is lost. */
  async askTogether(questions: readonly Question[]): Promise<(Reply | Error)[]> {
    this.signal.throwIfAborted()
    // A pipeline waits for ever for a command that was never sent.
    for (const [name, ...args] of questions) if (!isAllowed(name, args)) throw new ForbiddenCommand(name)
    this.received = 0
    const pipeline = this.redis.pipeline()
    for (const [name, ...args] of questions) pipeline.callBuffer(name, ...args)
    const results = (await pipeline.exec()) ?? []
    this.signal.throwIfAborted()
    return results.map(([error, reply]) => {
      if (!error) return reply as Reply
      if (isRefusal(error)) return error
      throw new ConnectionFailure(this.failure ?? error, this.head)
    })
  }

  /**
   * Turns the connection into a stream of the commands that the server runs; `line` gets raw bytes. Resolves when `stop` aborts.
   * From then on nothing else can be asked.
   */
  async monitor(take: (bytes: Buffer) => void, stop: AbortSignal): Promise<void> {
    const { stream } = this.redis
    // The client takes the lines apart and loses what is between quotes, so it does not see them.
    stream.removeAllListeners('data')
    stream.on('data', take)
    await new Promise<void>((resolve, reject) => {
      const lost = (): void => reject(new ConnectionFailure(this.failure ?? new Error('closed'), Buffer.alloc(0)))
      stream.once('close', lost)
      stop.addEventListener('abort', () => {
        stream.off('close', lost)
        resolve()
      })
      // Its answer is the first of the bytes taken.
      this.redis.call('MONITOR').catch(() => {})
    })
  }

  /** Closes at once; nothing is pending then that anybody would want. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.signal.removeEventListener('abort', this.onAbort)
    this.redis.disconnect()
  }
}

/** The connection could not be made or was lost. */
export class ConnectionFailure extends Error {
  constructor(
    override readonly cause: unknown,
    readonly firstBytes: Uint8Array,
  ) {
    super(cause instanceof Error ? cause.message : String(cause))
    this.name = 'ConnectionFailure'
  }
}

/** Whether the server itself said no, so that others of its answers are still to be had. */
const isRefusal = (error: Error): boolean => error instanceof ReplyError
