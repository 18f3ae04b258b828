/** Whether the three servers are there, and what to do when they are not. */
import net from 'node:net'
import { postgres, rabbitmq, redis } from '../platform/network'

const servers = [
  {
    name: 'PostgreSQL',
    ...postgres,
    variable: 'BOOKSHOP_POSTGRES',
    start:
      'docker run -d -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:15 -c shared_preload_libraries=pg_stat_statements',
  },
  { name: 'Redis', ...redis, variable: 'BOOKSHOP_REDIS', start: 'docker run -d -p 6379:6379 redis:7' },
  {
    name: 'RabbitMQ',
    ...rabbitmq,
    variable: 'BOOKSHOP_RABBITMQ',
    start: 'docker run -d -p 5672:5672 -p 15672:15672 rabbitmq:3-management',
  },
  {
    name: "RabbitMQ's management API",
    host: rabbitmq.host,
    port: Number(process.env.BOOKSHOP_RABBITMQ_MANAGEMENT ?? 15672),
    variable: 'BOOKSHOP_RABBITMQ_MANAGEMENT',
    start: 'rabbitmq-plugins enable rabbitmq_management',
  },
]

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** One line a missing server, with the command that starts it. */
export async function missingServers(): Promise<string[]> {
  const found = await Promise.all(servers.map(({ host, port }) => answers(host, port)))
  return servers.flatMap(({ name, host, port, variable, start }, index) =>
    found[index]
      ? []
      : [`${name} does not answer at ${host}:${port}. Start it with \`${start}\`, or say where it is in ${variable}.`],
  )
}
