/**
 * Why a broker did not answer, in words with a remedy, whatever client library met it.
 * What is easily got wrong: libraries wrap the error of the network in their own, sometimes twice, and their messages may repeat the address,
 * password and all. So nothing of their text is passed on, only codes that are known.
 */
import { redactUrl } from '../../lib/redact-url.js'
import { UnreadableEvidence } from '../../model/importer.js'
import { networkFailure } from './network-failure.js'

export type RefusalKind = 'credentials' | 'rights' | 'missing' | 'page' | 'network' | 'other'

/** An answer that was not given. The message follows the address: "refuses connections". */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    readonly kind: RefusalKind = 'other',
  ) {
    super(message)
    this.name = 'Refusal'
  }
}

/** What the user is told when nothing could be learnt of a server. */
export const unreadableServer = (address: string, { message, remedy }: Refusal): UnreadableEvidence =>
  new UnreadableEvidence(redactUrl(address), message, remedy)

/** The first code of an error or of what it wraps; empty when there is none. */
export function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 5) return ''
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  const inner =
    codeOf(cause, depth + 1) || codeOf(Array.isArray(errors) ? (errors as unknown[])[0] : undefined, depth + 1)
  return inner || (typeof code === 'string' ? code : '')
}

/** The innermost error that has a code, or the error itself. */
function innermost(error: unknown, depth = 0): unknown {
  if (typeof error !== 'object' || error === null || depth > 5) return error
  const { cause, errors } = error as { cause?: unknown; errors?: unknown }
  const inner = cause ?? (Array.isArray(errors) ? (errors as unknown[])[0] : undefined)
  return inner !== undefined && codeOf(inner) !== '' ? innermost(inner, depth + 1) : error
}

/** Words for an error of the network. `plain` and `secure` are how addresses start without and with TLS. */
export function unreachable(error: unknown, plainScheme: string, secureScheme: string): Refusal {
  const failure = networkFailure(innermost(error), { firstBytes: new Uint8Array(), secureScheme, plainScheme })
  if (failure) return new Refusal(failure.message, failure.remedy, 'network')
  const { name, message } = error instanceof Error ? error : new Error()
  if (name === 'TimeoutError' || /timed? ?out/i.test(message) || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT')
    return new Refusal('does not answer', 'Ask again when it is less busy, and look for firewalls between.', 'network')
  return new Refusal('closed the connection', `It may have been stopped, or want TLS (${secureScheme}).`, 'network')
}
