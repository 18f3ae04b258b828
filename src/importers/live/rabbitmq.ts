/**
 * A running RabbitMQ, by its management API: `amqp+http://user:password@host:15672/vhost`.
 * What is easily got wrong: the server refreshes its counters every five seconds, and what was learnt before it died is evidence: rows are
 * inserted after every look, and a look that fails is a loss.
 */
import { redactUrl } from '../../lib/redact-url.js'
import { UnreadableEvidence, type LiveImporter, type LiveOptions, type Sink } from '../../model/importer.js'
import type { Origin, QueueRow } from '../brokers/queue-row.js'
import { hasCounters, observedExchange, observedQueue, type Observation } from '../brokers/rabbitmq-observation.js'
import { applyPolicies, policiesOf } from '../brokers/rabbitmq-policies.js'
import { named, Routes } from '../brokers/rabbitmq-routes.js'
import { countOf, objectOf, objectsOf, textOf, type JsonObject } from '../common/json-values.js'
import { looks } from './looks.js'
import { openManagement, type Management } from './rabbitmq/management.js'
import { consumersByQueue, withConsumers } from './rabbitmq/consumers.js'
import { requests } from './rabbitmq/requests.js'
import { Refusal, unreadableServer } from './refusal.js'

export const rabbitmq: LiveImporter = {
  id: 'rabbitmq',
  title: 'RabbitMQ (management API)',
  spec: 'https://www.rabbitmq.com/docs/management#http-api',
  schemes: ['amqp+http', 'amqp+https'],
  gives: ['queues'],
  permissions:
    "a user with the tag monitoring and access to the virtual host without any right in it: rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'",
  async read(address: string, sink: Sink, options: LiveOptions) {
    const { origin, user, password, virtualHost } = placeOf(address)
    const management = openManagement(origin, user, password, options.signal)
    const shown = redactUrl(address)
    const broker = `rabbitmq://${new URL(origin).hostname.replace(/^\[|\]$/g, '')}`
    let learnt = 0
    try {
      const server = await describe(management, virtualHost, sink, { source: shown, broker })
      for await (const look of looks(options, shown)) {
        const rows = await observe(management, virtualHost, server, look)
        await sink.insertRows('broker_queues', rows)
        sink.gain(rows.length, 'queues')
        learnt += rows.length
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (learnt === 0) throw unreadableServer(address, inPlace(error, virtualHost))
      options.report(`${shown} ${error.message}; what it said before is kept`)
      sink.lose('partial-server', 1)
    }
  },
}

interface Place {
  origin: string
  user: string
  password: string
  virtualHost: string
}

function placeOf(address: string): Place {
  const refuse = (message: string, remedy: string): UnreadableEvidence =>
    new UnreadableEvidence(redactUrl(address), message, remedy)
  const like = 'Write it as amqp+http://user:password@host:15672/vhost; / within a name is %2F.'
  let url: URL
  try {
    url = new URL(address.replace(/^amqp\+/i, ''))
    // A password with / or @ in it would send itself to the wrong host.
    if (url.pathname.includes('@')) throw new Error()
    // 443 of https and 80 of http are ports like others here, and only an address of an unknown scheme keeps them.
    const port = new URL(address).port || (url.protocol === 'https:' ? '15671' : '15672')
    return {
      origin: `${url.protocol}//${url.hostname}:${port}`,
      user: decodeURIComponent(url.username) || 'guest',
      password: url.username === '' ? 'guest' : decodeURIComponent(url.password),
      virtualHost: decodeURIComponent(url.pathname.slice(1)) || '/',
    }
  } catch {
    throw refuse('is no address of a management API', like)
  }
}

/** What the server is and how its queues are bound: asked once. */
interface Server {
  origin: Origin
  version: string
  counts: boolean
  exchanges: readonly JsonObject[]
  routes: Routes
}

async function describe(management: Management, virtualHost: string, sink: Sink, origin: Origin): Promise<Server> {
  const overview = objectOf(await management.get(requests.overview()))
  if (textOf(overview['rabbitmq_version']) === '' && textOf(overview['management_version']) === '')
    throw new Refusal('answers, but is no RabbitMQ', 'Check the address: it must be the port of the management API.')
  const queues = await allQueues(management, virtualHost)
  const exchanges = named(await management.get(requests.exchanges(virtualHost)))
  const bindings = objectsOf(await management.get(requests.bindings(virtualHost)))
  const routes = new Routes(exchanges, bindings, queues)
  await sink.insertRows('broker_bindings', routes.rows(origin, virtualHost))
  return {
    origin,
    version: textOf(overview['rabbitmq_version']),
    counts: overview['disable_stats'] !== true && textOf(overview['rates_mode']) !== 'none',
    exchanges: await withPolicies(management, exchanges, virtualHost, sink),
    routes,
  }
}

/** The API tells the policy that applies to a queue, but of an exchange its name alone. */
async function withPolicies(
  management: Management,
  exchanges: readonly JsonObject[],
  virtualHost: string,
  sink: Sink,
): Promise<JsonObject[]> {
  const subject = (each: JsonObject) => ({ virtualHost, name: textOf(each['name']), type: 'exchange' })
  const policies = policiesOf(await management.get(requests.policies(virtualHost)))
  const policyOf = await applyPolicies(
    policies.filter((each) => ['all', 'exchanges'].includes(each.appliesTo)),
    exchanges.map(subject),
    sink,
  )
  return exchanges.map((each) => ({ ...each, effective_policy_definition: policyOf(subject(each)) }))
}

async function allQueues(management: Management, virtualHost: string): Promise<JsonObject[]> {
  const queues: JsonObject[] = []
  for (let page = 1, pages = 1; page <= pages; page++) {
    try {
      const answer = objectOf(await management.get(requests.queues(virtualHost, page)))
      queues.push(...named(answer['items']))
      pages = countOf(answer['page_count']) ?? 0
    } catch (error) {
      // Queues were deleted since the first page was asked for.
      if (page > 1 && error instanceof Refusal && error.kind === 'page') break
      throw error
    }
  }
  return queues
}

async function observe(
  management: Management,
  virtualHost: string,
  { origin, version, counts, exchanges, routes }: Server,
  look: number,
): Promise<QueueRow[]> {
  const queues = await allQueues(management, virtualHost)
  const current =
    look === 0 ? exchanges : merged(exchanges, named(await management.get(requests.exchanges(virtualHost))))
  const consumers = consumersByQueue(await management.get(requests.consumers(virtualHost)))
  const observation: Observation = {
    atMs: Date.now(),
    version,
    counts: counts && hasCounters([...queues, ...current]),
    routesOf: () => routes,
  }
  return [
    ...queues.map((each) => observedQueue(origin, withConsumers(each, consumers), observation)),
    ...current.filter(isUsed).map((each) => observedExchange(origin, each, observation)),
  ]
}

/** Exchanges as they are now, with the policies that were found before. */
function merged(before: readonly JsonObject[], now: readonly JsonObject[]): JsonObject[] {
  const known = new Map(before.map((each) => [each['name'], each['effective_policy_definition']]))
  return now.map((each) => ({ ...each, effective_policy_definition: known.get(each['name']) }))
}

/** Every virtual host has the default exchange and seven of the server's own, which mostly nobody uses. */
function isUsed(exchange: JsonObject): boolean {
  const name = textOf(exchange['name'])
  return name !== '' && (!name.startsWith('amq.') || Object.keys(objectOf(exchange['message_stats'])).length > 0)
}

/** What is missing is mostly the virtual host. */
function inPlace(refusal: Refusal, virtualHost: string): Refusal {
  if (refusal.kind !== 'missing') return refusal
  const shown = virtualHost.slice(0, 100)
  return new Refusal(
    `has no virtual host ${shown}`,
    'Check the name at the end of the address; rabbitmqctl list_vhosts lists them. The default one is %2F.',
    'missing',
  )
}
