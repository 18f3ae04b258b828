/**
 * The address of a table of spans: clickhouse://user@host:8123/otel?table=otel_traces&cluster=main. `clickhouses://` is TLS.
 * What is easily got wrong: a password in an address ends up in shells' histories and lists of processes, so it is refused, and never repeated.
 */
import { UnreadableEvidence } from '../../model/importer.js'

export interface ClickHouseAddress {
  /** `http://host:8123` or `https://host:8443`. */
  url: string
  user: string
  database: string
  table: string
  /** Name of the cluster whose shards hold the table; empty: it is found out from the table. */
  cluster: string
  /** Whether all spans of a trace lie on one shard; undefined: it is found out from the table. */
  shardedByTrace: boolean | undefined
  /** Files in PEM. */
  tls: { ca?: string; cert?: string; key?: string }
  /** Limits of each query: bytes, seconds. */
  maxMemoryUsage: number
  maxExecutionTime: number
  /** As the user may see it again. */
  shown: string
}

export const storeSchemes = ['clickhouse', 'clickhouses'] as const

const example = 'clickhouse://user@host:8123/otel?table=otel_traces'
const parameters = [
  'table',
  'cluster',
  'sharded',
  'secure',
  'ca',
  'cert',
  'key',
  'max_memory_usage',
  'max_execution_time',
] as const
type Parameter = (typeof parameters)[number]

/** Throws `UnreadableEvidence` with what is wrong and how it should be. */
export function parseClickHouseAddress(text: string): ClickHouseAddress {
  const refuse = (problem: string, remedy: string, shown = text.replace(/\/\/[^/@]*@/, '//…@')): UnreadableEvidence =>
    new UnreadableEvidence(shown, problem, remedy)
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw refuse('is no address of a ClickHouse server', `It looks like ${example}`)
  }
  const scheme = url.protocol.slice(0, -1)
  if (!storeSchemes.some((known) => known === scheme))
    throw refuse(`begins with ${scheme}:, and a store is a ClickHouse server`, `It looks like ${example}`)
  if (url.password !== '')
    throw refuse(
      'holds a password',
      'Leave it out, and give it in FAULTLINE_CLICKHOUSE_PASSWORD or by --password-file: addresses are seen by others.',
    )
  for (const name of url.searchParams.keys())
    if (!parameters.some((known) => known === name))
      throw refuse(`has the unknown parameter ${name}`, `Known are ${parameters.join(', ')}.`)
  const parameter = (name: Parameter): string => url.searchParams.get(name) ?? ''
  const number = (name: Parameter, otherwise: number): number => {
    if (parameter(name) === '') return otherwise
    const value = Number(parameter(name))
    if (!Number.isSafeInteger(value) || value <= 0)
      throw refuse(`has no whole number as ${name}`, `For example ${name}=${otherwise}.`)
    return value
  }
  const sharded = parameter('sharded')
  if (!['', 'trace', 'other'].includes(sharded))
    throw refuse(
      `says sharded=${sharded}`,
      'sharded=trace: a trace lies on one shard. sharded=other: it may lie on many.',
    )
  const secure = scheme === 'clickhouses' || ['1', 'true'].includes(parameter('secure'))
  const port = url.port === '' ? (secure ? '8443' : '8123') : url.port
  const database = decodeURIComponent(url.pathname.replace(/^\//, '')) || 'default'
  if (database.includes('/')) throw refuse('names more than one database', `It looks like ${example}`)
  const tls = {
    ...(parameter('ca') !== '' && { ca: parameter('ca') }),
    ...(parameter('cert') !== '' && { cert: parameter('cert') }),
    ...(parameter('key') !== '' && { key: parameter('key') }),
  }
  if (Object.keys(tls).length > 0 && !secure)
    throw refuse('names certificates without TLS', 'Begin it with clickhouses://, or add secure=1.')
  if ((tls.cert === undefined) !== (tls.key === undefined))
    throw refuse('names a certificate without its key, or a key without its certificate', 'Give both, cert and key.')
  const user = decodeURIComponent(url.username)
  const table = parameter('table') || 'otel_traces'
  const cluster = parameter('cluster')
  return {
    url: `${secure ? 'https' : 'http'}://${url.hostname}:${port}`,
    user: user === '' ? 'default' : user,
    database,
    table,
    cluster,
    shardedByTrace: sharded === '' ? undefined : sharded === 'trace',
    tls,
    maxMemoryUsage: number('max_memory_usage', 10_000_000_000),
    maxExecutionTime: number('max_execution_time', 3_600),
    shown: `${scheme}://${user === '' ? '' : `${url.username}@`}${url.host}/${encodeURIComponent(database)}?table=${encodeURIComponent(table)}${cluster === '' ? '' : `&cluster=${encodeURIComponent(cluster)}`}`,
  }
}
