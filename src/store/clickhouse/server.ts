/**
 * Queries to a ClickHouse server by HTTP: each with an id, a name in log_comment, limits of memory and time, and an error that says what to do.
 * What is easily got wrong: only reads are asked again when a connection breaks, and only before anything was answered; an INSERT may have been done.
 * Reads say so themselves (`readonly`), so that the server refuses whatever else they would do, and stops them when nobody listens any more.
 */
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import type { Readable } from 'node:stream'
import type { Settings } from '../store.js'
import type { ClickHouseAddress } from './address.js'
import { certificatesOf } from './certificates.js'
import { explained, isBrokenConnection, refusesReadonly } from './failures.js'

export interface ServerOptions {
  address: ClickHouseAddress
  /** That names without one are looked for in. */
  database: string
  password: string
  /** Begins the id of every query, so that all can be found and stopped. */
  queryPrefix: string
  /** Begins every log_comment: `faultline 0.1.0`. */
  signature: string
  /** Given when all queries share temporary tables; they then run one after another. */
  session?: string
  settings: Settings
  /** Told what a query has read, once it is done. */
  read?: (rows: number, bytes: number) => void
}

export interface Asking {
  /** What it is for: a relation, a table. */
  name: string
  params?: Record<string, unknown> | undefined
  settings?: Settings | undefined
}

const attempts = 3
/** Of reads. 2: settings may still be changed. */
const asReader: Settings = { readonly: 2, cancel_http_readonly_queries_on_client_close: 1 }
/** Queries that run at a time; each may hold its limit of memory. */
const sideBySide = 3

export interface Server {
  /** A read: nothing else passes. */
  rows<Row>(sql: string, asking: Asking): Promise<Row[]>
  run(sql: string, asking: Asking): Promise<void>
  /** Inserts a stream of rows in `format`; rejects when the server did not take it whole. */
  insert(table: string, rows: Readable, format: 'JSONEachRow' | 'Native', asking: Asking): Promise<void>
  close(): Promise<void>
}

function clientOf({ address, database, password, signature, session, settings }: ServerOptions): ClickHouseClient {
  const tls = certificatesOf(address)
  return createClient({
    url: address.url,
    database,
    username: address.user,
    password,
    application: signature.replace(' ', '/'),
    request_timeout: (address.maxExecutionTime + 60) * 1_000,
    use_multipart_params_auto: true,
    // A socket that the server has closed meanwhile must not be taken for a server that went away.
    keep_alive: { idle_socket_ttl: 1_500, eagerly_destroy_stale_sockets: true },
    // What goes wrong is told once, by Faultline, without the query.
    log: { level: ClickHouseLogLevel.OFF },
    max_response_headers_size: 1 << 20,
    ...(session !== undefined && { session_id: session }),
    ...(tls && { tls }),
    clickhouse_settings: {
      ...settings,
      // The answer begins when the query is done: until then an error still has a status of its own.
      wait_end_of_query: 1,
      // Something must be heard meanwhile, or whoever balances the load takes the connection for dead.
      send_progress_in_http_headers: 1,
      http_headers_progress_interval_ms: '20000',
      max_memory_usage: address.maxMemoryUsage.toString(),
      max_execution_time: address.maxExecutionTime,
    },
  })
}

export function openServer(options: ServerOptions): Server {
  const { address, queryPrefix, signature, session, read = () => {} } = options
  const client = clientOf(options)
  let asked = 0
  const free = session === undefined ? sideBySide : 1
  let busy = 0
  const waiting: (() => void)[] = []
  let reading = asReader

  /** A session takes one query at a time, and a server that others use should not be asked everything at once. */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (busy >= free) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }

  const common = ({ name, params, settings }: Asking) => ({
    query_id: `${queryPrefix}${(++asked).toString()}`,
    ...(params && { query_params: params }),
    clickhouse_settings: { ...settings, log_comment: `${signature} ${name}` },
  })

  function count(summary: { read_rows?: string; read_bytes?: string } | undefined): void {
    read(Number(summary?.read_rows ?? 0), Number(summary?.read_bytes ?? 0))
  }

  async function explaining<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await inTurn(work)
    } catch (error) {
      throw explained(error, address.shown, name)
    }
  }

  return {
    rows: <Row>(sql: string, asking: Asking) =>
      explaining(asking.name, async () => {
        for (let attempt = 1; ; attempt++) {
          try {
            const settings = { ...reading, ...asking.settings }
            const result = await client.query({ query: sql, format: 'JSONEachRow', ...common({ ...asking, settings }) })
            const rows = await result.json()
            const summary = result.response_headers['x-clickhouse-summary']
            count(typeof summary === 'string' ? (JSON.parse(summary) as { read_rows?: string }) : undefined)
            return rows as Row[]
          } catch (error) {
            if (refusesReadonly(error) && 'readonly' in reading) {
              // A profile has settled it for this user already.
              reading = {}
              continue
            }
            if (attempt >= attempts || !isBrokenConnection(error)) throw error
            await new Promise((resolve) => setTimeout(resolve, 200 * 4 ** (attempt - 1)))
          }
        }
      }),
    run: (sql, asking) =>
      explaining(asking.name, async () => {
        const { summary } = await client.command({ query: sql, ...common(asking) })
        count(summary)
      }),
    insert: (table, rows, format, asking) =>
      explaining(asking.name, async () => {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} FORMAT ${format}`,
          values: rows,
          ...common(asking),
        })
        for await (const part of stream) void part
      }),
    close: () => client.close(),
  }
}
