/**
 * What a test must know of each kind of server: where one usually runs, how to tell that it answers, and how to start one.
 * What is easily got wrong: a port that is open is not a server that can be used. A probe asks for what the tests need (JetStream, the management API).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

export type ServerKind = 'rabbitmq' | 'nats' | 'redis' | 'memcached'

/** Where a server is to be started: free ports of this machine and a folder of its own. */
export interface Place {
  port: number
  /** A second and a third free port, for servers that need more than one. */
  further: readonly [number, number]
  folder: string
}

export interface Kind {
  /** Environment variable that names a running one. */
  variable: string
  /** Where one usually runs. */
  usual: string
  /** Programs that start one, the first that exists. */
  programs: readonly string[]
  /** Whether what answers at `url` can be used. Never throws. */
  answers(url: URL): Promise<boolean>
  /** Arguments and environment of a process that serves at `place`, and its address. Writes what the server needs into the folder. */
  start(place: Place): { args: string[]; variables?: Record<string, string>; url: string }
}

/** Sends a line and gives the first bytes that come back; empty when nothing does. */
function firstAnswer(url: URL, line: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), timeout: 1500 })
    const end = (answer: string): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => line !== '' && socket.write(line))
    socket.on('data', (data) => end(data.toString()))
    socket.on('error', () => end(''))
    socket.on('timeout', () => end(''))
    socket.on('close', () => end(''))
  })
}

async function managementAnswers(url: URL): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`
  try {
    const address = new URL('/api/overview', `http://${url.host}`)
    return (await fetch(address, { headers: { authorization }, signal: AbortSignal.timeout(3000) })).ok
  } catch {
    return false
  }
}

export const kinds: Record<ServerKind, Kind> = {
  rabbitmq: {
    variable: 'FAULTLINE_RABBITMQ_MANAGEMENT_URL',
    usual: 'http://guest:guest@127.0.0.1:15672',
    // Debian's wrapper in /usr/sbin insists on a user of its own.
    programs: ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server'],
    answers: managementAnswers,
    start({ port, further: [amqp, distribution], folder }) {
      const plugins = join(folder, 'enabled_plugins')
      writeFileSync(plugins, '[rabbitmq_management].\n')
      const configuration = join(folder, 'rabbitmq.conf')
      writeFileSync(
        configuration,
        `listeners.tcp.1 = 127.0.0.1:${amqp}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${port}\ndisk_free_limit.absolute = 10MB\n`,
      )
      return {
        args: [],
        variables: {
          HOME: folder,
          RABBITMQ_NODENAME: `faultline-${port}@localhost`,
          RABBITMQ_CONFIG_FILE: configuration,
          RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
          RABBITMQ_DIST_PORT: distribution.toString(),
          RABBITMQ_MNESIA_BASE: join(folder, 'data'),
          RABBITMQ_LOG_BASE: join(folder, 'log'),
          RABBITMQ_PID_FILE: join(folder, 'pid'),
        },
        url: `http://guest:guest@127.0.0.1:${port}`,
      }
    },
  },
  nats: {
    variable: 'FAULTLINE_NATS_URL',
    usual: 'nats://127.0.0.1:4222',
    programs: ['nats-server'],
    answers: async (url) => /^INFO .*"jetstream":true/.test(await firstAnswer(url, '')),
    start: ({ port, folder }) => ({
      args: ['-a', '127.0.0.1', '-p', port.toString(), '-js', '-sd', folder],
      url: `nats://127.0.0.1:${port}`,
    }),
  },
  redis: {
    variable: 'FAULTLINE_REDIS_URL',
    usual: 'redis://127.0.0.1:6379',
    programs: ['redis-server', 'valkey-server'],
    answers: async (url) => /^(\+PONG|-NOAUTH)/.test(await firstAnswer(url, 'PING\r\n')),
    start: ({ port, folder }) => ({
      args: ['--bind', '127.0.0.1', '--port', port.toString(), '--dir', folder, '--save', '', '--appendonly', 'no'],
      url: `redis://127.0.0.1:${port}`,
    }),
  },
  memcached: {
    variable: 'FAULTLINE_MEMCACHED_URL',
    usual: 'memcached://127.0.0.1:11211',
    programs: ['memcached'],
    answers: async (url) => /^(VERSION|CLIENT_ERROR unauthenticated)/.test(await firstAnswer(url, 'version\r\n')),
    start({ port, folder }) {
      mkdirSync(folder, { recursive: true })
      // It refuses to run as root unless told whom to become.
      const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
      return {
        args: ['-l', '127.0.0.1', '-p', port.toString(), '-U', '0', ...user],
        url: `memcached://127.0.0.1:${port}`,
      }
    },
  },
}
