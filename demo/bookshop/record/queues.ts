/** The shop's virtual host of RabbitMQ, over the management API: made, watched, described, removed. */
import { rabbitmq } from '../platform/network'

const vhost = 'bookshop'
const port = Number(process.env.BOOKSHOP_RABBITMQ_MANAGEMENT ?? 15672)
const columns = [
  'name',
  'durable',
  'exclusive',
  'auto_delete',
  'arguments',
  'policy',
  'consumers',
  'consumer_utilisation',
  'messages',
  'messages_ready',
  'messages_unacknowledged',
  'message_bytes',
  'memory',
  'head_message_timestamp',
  'message_stats.publish',
  'message_stats.deliver',
  'message_stats.deliver_get',
  'message_stats.deliver_no_ack',
  'message_stats.ack',
  'message_stats.redeliver',
]

async function manage(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`
  const response = await fetch(`http://${rabbitmq.host}:${port}/api${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...sent,
  })
  if (!response.ok && !(method === 'DELETE' && response.status === 404))
    throw new Error(`RabbitMQ's management API answered ${response.status} to ${method} ${path}`)
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

export async function prepareQueues(): Promise<void> {
  await manage('DELETE', `/vhosts/${vhost}`)
  await manage('PUT', `/vhosts/${vhost}`, {})
  await manage('PUT', `/permissions/${vhost}/guest`, { configure: '.*', write: '.*', read: '.*' })
}

export async function leaveQueues(): Promise<void> {
  await manage('DELETE', `/vhosts/${vhost}`)
}

/** Definitions as `rabbitmqctl export_definitions` and the API give them, of this virtual host alone. */
export async function queueDefinitions(): Promise<string> {
  return `${JSON.stringify(await manage('GET', `/definitions/${vhost}`), null, 2)}\n`
}

/** A line every five seconds: when, and what the API says about every queue. */
export function watchQueues(): () => Promise<string> {
  const lines: string[] = []
  const look = async (): Promise<void> => {
    const queues = await manage('GET', `/queues/${vhost}?columns=${columns.join(',')}`)
    lines.push(`${JSON.stringify({ at: new Date().toISOString(), queues })}\n`)
  }
  const timer = setInterval(() => void look().catch(() => undefined), 5000)
  return async () => {
    clearInterval(timer)
    await look()
    return lines.join('')
  }
}

export async function brokerVersion(): Promise<string> {
  const overview = (await manage('GET', '/overview')) as { rabbitmq_version?: string }
  return overview.rabbitmq_version ?? ''
}
