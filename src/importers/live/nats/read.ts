/**
 * Asks NATS for its streams and consumers, again and again.
 * What is easily got wrong: a consumer may vanish between two questions, and one stream that may not be looked into is no reason to look into
 * none. What was learnt before the server died is kept.
 */
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { jserrors } from '@nats-io/jetstream/internal'
import { ConnectionError, connect, errors, type NatsConnection } from '@nats-io/transport-node'
import { redactUrl } from '../../../lib/redact-url.js'
import { UnreadableEvidence, type LiveOptions, type Sink } from '../../../model/importer.js'
import { consumerRow, Redeliveries, streamName, streamRow, subjectRows } from '../../brokers/jetstream-rows.js'
import type { Origin, QueueRow } from '../../brokers/queue-row.js'
import type { JsonObject } from '../../common/json-values.js'
import { looks } from '../looks.js'
import { Refusal, unreachable, unreadableServer } from '../refusal.js'
import { allowed } from './allowed.js'
import { openJetstream, type Jetstream } from './requests.js'

const patienceMs = 10_000
const common = { name: 'faultline', reconnect: false, maxReconnectAttempts: 0, timeout: patienceMs } as const
const rights = `Let the user publish to ${allowed.join(', ')} and subscribe to _INBOX.>`

export async function readNats(address: string, sink: Sink, options: LiveOptions): Promise<void> {
  const place = placeOf(address)
  const virtualHost = place.domain ?? ''
  const shown = redactUrl(address)
  const origin: Origin = { source: shown, broker: `nats://${place.host}` }
  const redeliveries = new Redeliveries()
  let connection: NatsConnection | undefined
  const leave = (): void => void connection?.close().catch(() => undefined)
  options.signal.addEventListener('abort', leave, { once: true })
  /** Only what the server is asked may fail as a server does: a fault of the engine is none of its own. */
  const asked = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work()
    } catch (error) {
      options.signal.throwIfAborted()
      throw refusalOf(error)
    }
  }
  let learnt = 0
  try {
    const open = await asked(() => connect({ ...common, ...place.options }))
    connection = open
    const jetstream = await asked(() => openJetstream(open, patienceMs, place.domain))
    for await (const look of looks(options, shown)) {
      const seen = await asked(() => observe(jetstream, sink))
      const bindings = seen.streams.flatMap((info) => subjectRows(origin, info, virtualHost))
      if (look === 0) await sink.insertRows('broker_bindings', bindings)
      const rows = rowsOf(seen, origin, virtualHost, redeliveries)
      await sink.insertRows('broker_queues', rows)
      sink.gain(rows.length, 'queues')
      learnt += rows.length
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (learnt === 0) throw unreadableServer(address, error)
    options.report(`${shown} ${error.message}; what it said before is kept`)
    sink.lose('partial-server', 1)
  } finally {
    options.signal.removeEventListener('abort', leave)
    await connection?.close().catch(() => undefined)
  }
}

interface Place {
  host: string
  domain?: string
  options: { servers: string; user?: string; pass?: string; token?: string; tls?: object }
}

function placeOf(address: string): Place {
  try {
    const url = new URL(address)
    const host = url.hostname.toLowerCase()
    if (host === '' || url.pathname.includes('@')) throw new Error()
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    const domain = url.searchParams.get('domain')
    const plainHost = host.replace(/^\[|\]$/g, '')
    return {
      host: plainHost,
      ...(domain !== null && domain !== '' && { domain }),
      options: {
        servers: `${host}:${url.port || '4222'}`,
        ...(user !== '' && url.password === '' && { token: user }),
        ...(user !== '' && url.password !== '' && { user, pass: password }),
        // The client names no server where the address has a number, and a certificate for localhost would do for any.
        ...(url.protocol === 'nats+tls:' && {
          tls: {
            checkServerIdentity: (_: string, certificate: PeerCertificate) =>
              checkServerIdentity(plainHost, certificate),
          },
        }),
      },
    }
  } catch {
    throw new UnreadableEvidence(
      redactUrl(address),
      'is no address of NATS',
      'Write it as nats://user:password@host:4222 (or nats+tls://); / and @ within a password are %2F and %40.',
    )
  }
}

interface Seen {
  atMs: number
  streams: readonly JsonObject[]
  consumers: readonly JsonObject[]
}

async function observe(jetstream: Jetstream, sink: Sink): Promise<Seen> {
  const streams = await jetstream.streams()
  const consumers: JsonObject[] = []
  let denied = 0
  for (const info of streams) {
    try {
      consumers.push(...(await jetstream.consumers(streamName(info))))
    } catch (error) {
      if (error instanceof jserrors.StreamNotFoundError) continue
      if (!isDenied(error)) throw error
      denied++
    }
  }
  if (streams.length > 0 && denied === streams.length)
    throw new Refusal('does not let this user ask that', rights, 'rights')
  if (denied > 0) sink.lose('refused-question', denied)
  return { atMs: Date.now(), streams, consumers }
}

const rowsOf = (
  { atMs, streams, consumers }: Seen,
  origin: Origin,
  virtualHost: string,
  redeliveries: Redeliveries,
): QueueRow[] => [
  ...streams.map((info) => streamRow(origin, info, { atMs, virtualHost })),
  ...consumers.map((info) =>
    consumerRow(origin, info, { atMs, virtualHost }, { known: streams, all: true }, redeliveries),
  ),
]

const isDenied = (error: unknown): boolean =>
  error instanceof errors.PermissionViolationError ||
  (error instanceof Error && error.cause instanceof errors.PermissionViolationError)

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return new Refusal(
      'refuses these credentials',
      'Check user and password, or the token: nats://TOKEN@host.',
      'credentials',
    )
  if (isDenied(error)) return new Refusal('does not let this user ask that', rights, 'rights')
  if (error instanceof jserrors.JetStreamNotEnabled)
    return new Refusal(
      'has no JetStream for this account',
      'Queues of plain NATS hold nothing that could be looked at. With JetStream: start it with -js, and enable it for the account.',
      'missing',
    )
  if (error instanceof errors.TimeoutError)
    return new Refusal(
      'does not answer as NATS does',
      'Check the port (4222 unless told otherwise), and firewalls between.',
      'network',
    )
  if (error instanceof ConnectionError && /support 'tls'/.test(error.message))
    return new Refusal('does not speak TLS', 'Write nats:// if it is not encrypted.', 'network')
  if (error instanceof jserrors.JetStreamApiError)
    return new Refusal(`answers with error ${error.code} of JetStream`, 'Look at the log of the server.')
  return unreachable(error, 'nats://', 'nats+tls://')
}
