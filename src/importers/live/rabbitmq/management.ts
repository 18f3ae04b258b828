/**
 * Asks RabbitMQ's management API, by GET alone, and puts its refusals into words.
 * What is easily got wrong: 401 stands for a wrong password, a user without the tag and a virtual host that the user may not see; only the
 * reason in the answer tells which. A redirection is not followed: it would carry the password elsewhere.
 */
import { objectOf, textOf } from '../../common/json-values.js'
import { codeOf, Refusal, unreachable } from '../refusal.js'

const largestAnswer = 128 << 20

export interface Management {
  /** Parsed answer of a path of `requests`. Throws `Refusal`. */
  get(path: string): Promise<unknown>
}

/** A client of one server. A request that takes longer than `patienceMs` is given up. */
export function openManagement(
  origin: string,
  user: string,
  password: string,
  signal: AbortSignal,
  patienceMs = 20_000,
): Management {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return {
    async get(path) {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
      try {
        const response = await fetch(new URL(path, origin), {
          method: 'GET',
          redirect: 'manual',
          headers: { authorization, accept: 'application/json' },
          signal: patience,
        })
        const text = await bounded(response)
        if (response.status !== 200) throw refused(response.status, text)
        return JSON.parse(text) as unknown
      } catch (error) {
        signal.throwIfAborted()
        throw error instanceof Refusal ? error : unanswered(error)
      }
    },
  }
}

/** The text of an answer, as long as it is of a size that makes sense. */
async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length
    if (bytes > largestAnswer) throw new Refusal('answers without end', 'Check that the port is the management API’s.')
    chunks.push(chunk as Uint8Array)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const tag = 'rabbitmqctl set_user_tags USER monitoring'
const permission = "rabbitmqctl set_permissions -p VHOST USER '^$' '^$' '^$'"

function refused(status: number, text: string): Refusal {
  const reason = reasonOf(text)
  if (status >= 300 && status < 400)
    return new Refusal(
      'redirects elsewhere',
      'Give the address that it redirects to; amqp+https:// if that is encrypted.',
    )
  if (status === 401 && /not management user/i.test(reason))
    return new Refusal('does not let this user use the management API', `Give the user the tag: ${tag}`, 'rights')
  if (status === 401 && /virtual host/i.test(reason))
    return new Refusal(
      'does not let this user see the virtual host',
      `Give it access, without any right: ${permission}`,
      'rights',
    )
  if (status === 401) return new Refusal('refuses these credentials', 'Check user and password.', 'credentials')
  if (status === 403) return new Refusal('does not let this user ask that', `Give the user the tag: ${tag}`, 'rights')
  if (status === 404) return new Refusal('has no such thing', 'Check the address.', 'missing')
  if (status === 400 && /page_out_of_range/.test(text)) return new Refusal('has no such page', '', 'page')
  return new Refusal(
    `answers with status ${status}`,
    'Look at the log of the server, and whether the port is the management API’s.',
  )
}

function reasonOf(text: string): string {
  try {
    return textOf(objectOf(JSON.parse(text))['reason'])
  } catch {
    return ''
  }
}

const plugin =
  'Switch the management API on: rabbitmq-plugins enable rabbitmq_management (port 15672 unless told otherwise).'

function unanswered(error: unknown): Refusal {
  const code = codeOf(error)
  if (error instanceof SyntaxError)
    return new Refusal('does not answer in JSON', `Check the port. ${plugin}`, 'network')
  if (code === 'ECONNREFUSED') return new Refusal('refuses connections', plugin, 'network')
  if (code.startsWith('HPE_'))
    return new Refusal(
      'does not speak HTTP',
      `That may be the port of AMQP (5672), or of TLS (amqp+https://). ${plugin}`,
      'network',
    )
  return unreachable(error, 'amqp+http://', 'amqp+https://')
}
