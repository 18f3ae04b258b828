/**
 * Why a server could not be reached or is another one than was meant, from errors of the network and from its first bytes.
 * What is easily got wrong: a server that speaks another protocol seldom says so; the first bytes of what it sends do.
 */
export interface Failure {
  /** Follows the address: "refuses connections". */
  message: string
  remedy: string
}

interface Reached {
  /** What the server sent first; empty when nothing came. */
  firstBytes: Uint8Array
  /** How what was expected begins: such first bytes say nothing. */
  own?: RegExp
  /** Empty where there is none. */
  secureScheme: string
  plainScheme: string
}

const network: Readonly<Record<string, Failure>> = {
  ENOTFOUND: {
    message: 'has a host that no name server knows',
    remedy: 'Check the name; inside of a cluster or a composition it differs from outside.',
  },
  EAI_AGAIN: { message: 'has a host that could not be looked up', remedy: 'Check the name and the name server.' },
  ECONNREFUSED: {
    message: 'refuses connections',
    remedy: 'Check the port, and that the server runs and listens on this address.',
  },
  EHOSTUNREACH: { message: 'cannot be reached', remedy: 'Check the address and the network between.' },
  ENETUNREACH: { message: 'cannot be reached', remedy: 'Check the address and the network between.' },
  ETIMEDOUT: {
    message: 'does not answer',
    remedy: 'Check the address, and firewalls between; they often drop packets without a word.',
  },
  EACCES: { message: 'may not be connected to', remedy: 'Look for a local firewall.' },
}

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_[A-Z_]+|ERR_TLS_CERT_ALTNAME_INVALID)$/

/** Undefined when the error is none of the network's. */
export function networkFailure(
  error: unknown,
  { firstBytes, own, secureScheme, plainScheme }: Reached,
): Failure | undefined {
  const code = codeOf(error)
  const known = network[code]
  if (known) return known
  if (untrusted.test(code)) {
    return {
      message: `has a certificate that is not trusted (${code})`,
      remedy:
        'Name the authority that signed it: NODE_EXTRA_CA_CERTS=authority.pem; its names must include the host of the address.',
    }
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return { message: 'does not speak TLS', remedy: `Write ${plainScheme} if it is not encrypted.` }
  }
  const expected = own?.test(Buffer.from(firstBytes).toString('latin1')) === true
  const other = expected ? undefined : otherProtocol(firstBytes, secureScheme)
  if (other) return other
  const text = error instanceof Error ? error.message : String(error)
  if (/timed out|ETIMEDOUT/i.test(text)) {
    return {
      message: 'fell silent',
      remedy: 'Ask again when it is less busy; a slow command or a full disk holds all clients up.',
    }
  }
  if (/answer has no end/.test(text))
    return { message: 'sends without end', remedy: 'Check that the port is the right one.' }
  if (code === 'ECONNRESET' || code === 'EPIPE' || /closed|writeable|disconnected|socket hang up/i.test(text)) {
    return {
      message: 'closed the connection',
      remedy: `It may have been stopped, or have too many clients${secureScheme === '' ? '' : `, or want TLS (${secureScheme})`}.`,
    }
  }
  return undefined
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  // Happy eyeballs: one error for each address that was tried.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function otherProtocol(bytes: Uint8Array, secureScheme: string): Failure | undefined {
  const remedy = 'Check the port.'
  // A TLS record: an alert or a handshake.
  if ((bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3) {
    return { message: 'answers in TLS', remedy: secureScheme === '' ? remedy : `Write ${secureScheme}.` }
  }
  const text = Buffer.from(bytes).toString('latin1')
  if (text.startsWith('HTTP/')) return { message: 'is a web server', remedy }
  if (text.startsWith('SSH-')) return { message: 'is an SSH server', remedy }
  if (/^(ERROR|CLIENT_ERROR|STAT )/.test(text))
    return { message: 'speaks like memcached', remedy: 'Write memcached://, or check the port.' }
  if (/^(-ERR|-NOAUTH|-DENIED|\+OK|\$\d)/.test(text)) {
    return { message: 'speaks like Redis', remedy: 'Write redis://, or check the port.' }
  }
  if (text.startsWith('AMQP')) return { message: 'speaks AMQP', remedy }
  return bytes.length > 0 ? { message: 'speaks another protocol', remedy } : undefined
}
