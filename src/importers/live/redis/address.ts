/**
 * What an address of Redis or Valkey asks for: which servers, in which way, as whom, which database.
 * What is easily got wrong: it may name several hosts, which no URL may; and it holds a password, so errors show it redacted only.
 */
import { redactUrl } from '../../../lib/redact-url.js'
import { UnreadableEvidence } from '../../../model/importer.js'

export interface Host {
  host: string
  port: number
}

export interface RedisAddress {
  kind: 'single' | 'cluster' | 'sentinel'
  /** The name that stores of it have: `redis` or `valkey`. */
  system: 'redis' | 'valkey'
  tls: boolean
  hosts: readonly Host[]
  user?: string
  password?: string
  /** The database to look into; all of them when none is named. */
  database?: number
  /** What sentinels call the server. */
  master?: string
  /** The address without secrets. */
  shown: string
}

export const schemes = ['redis', 'rediss', 'valkey', 'valkeys'].flatMap((scheme) => [
  scheme,
  `${scheme}+cluster`,
  `${scheme}+sentinel`,
])

const forms =
  'redis://user:password@host:6379/0, redis+cluster://host:7000,host:7001 or redis+sentinel://host:26379/name/0'

export function parseRedisAddress(text: string): RedisAddress {
  const shown = redactUrl(text)
  const refuse = (message: string, remedy = `Write ${forms}.`): UnreadableEvidence =>
    new UnreadableEvidence(shown, message, remedy)
  const match = /^(redis|valkey)(s?)(?:\+(cluster|sentinel))?:\/\/([^]*)$/i.exec(text)
  if (!match) throw refuse('is no address of Redis or Valkey')
  const [, system = '', secure, kind = 'single', rest = ''] = match
  if (/[?#]/.test(rest.slice(rest.lastIndexOf('@') + 1))) {
    throw refuse('has a part after ? or #, which means nothing here', `Leave it out: ${forms}.`)
  }
  const at = rest.lastIndexOf('@')
  const [names = '', ...path] = rest.slice(at + 1).split('/')
  const [first = '', second = '', ...more] = path
  const sentinel = kind.toLowerCase() === 'sentinel'
  const database = sentinel ? second : first
  if (more.length > 0 || (!sentinel && second !== '')) throw refuse('has more parts than an address can have')
  if (!/^\d{0,9}$/.test(database)) throw refuse('names a database by something other than its number')
  if (sentinel && first === '') throw refuse('does not say which server the sentinels should tell')
  if (kind.toLowerCase() === 'cluster' && Number(database) > 0) {
    throw refuse('names a database, but a cluster has none but 0', 'Leave it out.')
  }
  const fallback = sentinel ? 26379 : 6379
  const hosts = names.split(',').map((name) => {
    const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(name) ?? []
    const number = port === undefined ? fallback : Number(port)
    const host = bracketed ?? plain
    if (host === undefined || number < 1 || number > 65_535) throw refuse('names no host and port')
    return { host: host.toLowerCase(), port: number }
  })
  if (hosts.length > 1 && kind === 'single') {
    throw refuse('names several servers', 'Give one address each, or write redis+cluster:// for a cluster.')
  }
  const [user = '', ...secret] = rest.slice(0, Math.max(at, 0)).split(':')
  return {
    kind: kind.toLowerCase() === 'cluster' ? 'cluster' : sentinel ? 'sentinel' : 'single',
    system: system.toLowerCase() === 'valkey' ? 'valkey' : 'redis',
    tls: secure !== '',
    hosts,
    shown,
    ...(user !== '' && { user: decoded(user) }),
    ...(secret.length > 0 && { password: decoded(secret.join(':')) }),
    ...(database !== '' && { database: Number(database) }),
    ...(sentinel && { master: decoded(first) }),
  }
}

/** A password with a stray % was written as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `host:port`, an IPv6 host in brackets. */
export const hostText = ({ host, port }: Host): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port.toString()}`
