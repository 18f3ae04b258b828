/**
 * Why a broker did not answer, in words with a remedy, whatever client library met it.
 * What is easily got wrong: libraries wrap the error of the network in their own, sometimes twice, and their messages may repeat the address,
 * password and all. So nothing of their text is passed on, only codes that are known.
 */
import { redactUrl } from '../../lib/redact-url.js'
import { UnreadableEvidence } from '../../model/importer.js'

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

const network: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  ENOTFOUND: ['has a host that no name server knows', 'Check the name; inside a cluster it may differ from outside.'],
  EAI_AGAIN: ['has a host that could not be looked up', 'Check the name and the name server.'],
  ECONNREFUSED: ['refuses connections', 'Check the port, and that the server runs and listens on this address.'],
  EHOSTUNREACH: ['cannot be reached', 'Check the address and the network between.'],
  ENETUNREACH: ['cannot be reached', 'Check the address and the network between.'],
  ETIMEDOUT: ['does not answer', 'Check the address, and firewalls between, which often drop packets without a word.'],
  UND_ERR_CONNECT_TIMEOUT: ['does not answer', 'Check the address, and firewalls between.'],
  EACCES: ['may not be connected to', 'Look for a local firewall.'],
}

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+|ERR_TLS_CERT_ALTNAME_INVALID)$/

/** Words for an error of the network. `plain` and `secure` are how addresses start without and with TLS. */
export function unreachable(error: unknown, plain: string, secure: string): Refusal {
  const code = codeOf(error)
  const known = network[code]
  if (known) return new Refusal(...known, 'network')
  if (untrusted.test(code))
    return new Refusal(
      `has a certificate that is not trusted (${code})`,
      'Name the authority that signed it: NODE_EXTRA_CA_CERTS=authority.pem; its names must include the host of the address.',
      'network',
    )
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return new Refusal('does not speak TLS', `Write ${plain} if it is not encrypted, and check the port.`, 'network')
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError' || /timed? ?out/i.test(error instanceof Error ? error.message : ''))
    return new Refusal('does not answer', 'Ask again when it is less busy, and look for firewalls between.', 'network')
  return new Refusal('closed the connection', `It may have been stopped, or want TLS (${secure}).`, 'network')
}
