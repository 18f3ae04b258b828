/**
 * Why a server that is spoken to over a bare connection could not be reached, or is another one than was meant.
 * What is easily got wrong: a server that speaks another protocol seldom says so; the first bytes of what it sends do.
 */
import { codeOf, unreachable } from './refusal.js'

export interface Failure {
  /** Follows the address: "refuses connections". */
  message: string
  remedy: string
}

interface Reached {
  /** What the server sent first; empty when nothing came. */
  firstBytes: Uint8Array
  /** How what was expected begins; such first bytes say nothing. */
  own: RegExp
  /** How addresses start without and with TLS. */
  plain: string
  secure: string
}

/** Undefined when the error is none of the network's. */
export function networkFailure(error: unknown, { firstBytes, own, plain, secure }: Reached): Failure | undefined {
  const code = codeOf(error)
  if (code !== '' && code !== 'ECONNRESET' && code !== 'EPIPE') return unreachable(error, plain, secure)
  const other = own.test(Buffer.from(firstBytes).toString('latin1')) ? undefined : otherProtocol(firstBytes, secure)
  if (other) return other
  const text = error instanceof Error ? error.message : String(error)
  if (/timed out/i.test(text)) {
    return {
      message: 'fell silent',
      remedy: 'Ask again when it is less busy; a slow command or a full disk holds all clients up.',
    }
  }
  if (text.includes('answer has no end')) {
    return { message: 'sends without end', remedy: 'Check that the port is the right one.' }
  }
  const closed = code !== '' || /closed|writeable|disconnected|hang up/i.test(text)
  if (!closed) return undefined
  return {
    message: 'closed the connection',
    remedy: `It may have been stopped, or have too many clients${secure === '' ? '' : `, or want TLS (${secure})`}.`,
  }
}

function otherProtocol(bytes: Uint8Array, secure: string): Failure | undefined {
  const remedy = 'Check the port.'
  // A TLS record: an alert or a handshake.
  if ((bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3) {
    return { message: 'answers in TLS', remedy: secure === '' ? remedy : `Write ${secure}.` }
  }
  const text = Buffer.from(bytes).toString('latin1')
  if (text.startsWith('HTTP/')) return { message: 'is a web server', remedy }
  if (text.startsWith('SSH-')) return { message: 'is an SSH server', remedy }
  if (text.startsWith('AMQP')) return { message: 'speaks AMQP', remedy }
  if (/^(ERROR|CLIENT_ERROR|STAT )/.test(text)) {
    return { message: 'speaks like memcached', remedy: 'Write memcached://, or check the port.' }
  }
  if (/^(-ERR|-NOAUTH|-DENIED|\+OK|\$\d)/.test(text)) {
    return { message: 'speaks like Redis', remedy: 'Write redis://, or check the port.' }
  }
  return bytes.length > 0 ? { message: 'speaks another protocol', remedy } : undefined
}
