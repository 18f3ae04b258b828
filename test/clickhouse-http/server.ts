/**
 * A stand-in for a ClickHouse server, for tests: the embedded engine behind ClickHouse's HTTP interface, in a process of its own.
 * What is easily got wrong: it is no ClickHouse server. Planning, rights of `readonly`, temporary tables, memory limits and errors are the
 * engine's own; sockets, sessions, users, query ids, and KILL QUERY are imitated here. So tests take FAULTLINE_CLICKHOUSE_URL
 * where there is a real one. As a program: `tsx server.ts FOLDER [two]` prints its port; `two` gives it a cluster of two shards.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Connections, type User } from './connections.js'

/** Who may log in. Passwords are those of tests. */
const users: Readonly<Record<string, User>> = {
  default: { password: '', readonly: 0 },
  auditor: { password: 'open sesame', readonly: 0 },
  analyst: { password: '', readonly: 2 },
  reader: { password: '', readonly: 1 },
  settled: { password: '', readonly: 0, fixed: true },
}

/** What a test makes go wrong: sent to /faults as JSON. */
interface Fault {
  /** Of queries whose text fits. */
  match: string
  /** `die`: the process ends, mid-query. `cut`: the connection breaks, how many times. */
  kind: 'die' | 'cut' | 'answer'
  times?: number
  /** How many such queries pass before. */
  skip?: number
  /** For `answer`: what the server says instead. */
  text?: string
}

const [folder = '', cluster = ''] = process.argv.slice(2)
const connections = new Connections(folder, cluster === 'two')
let faults: Fault[] = []
interface Noted {
  query: string
  settings: Record<string, string>
  ms: number
  rowsRead: number
  bytesRead: number
}
const asked: Noted[] = []
/** Seconds by which clocks are ahead: the server's, and those of its shards. Sent to /clocks as JSON. */
let ahead = { server: 0, shards: [] as number[] }

/** A query as a server with such clocks would understand it; the engine has one clock. */
function byClocks(query: string): string {
  if (ahead.server === 0 && ahead.shards.length === 0) return query
  const [first = 0] = ahead.shards
  const ofShard = `arrayElement([${[first, ...ahead.shards].join(', ')}], shardNum() + 1)`
  return query
    .replaceAll(/\bnow(64)?\(\d?\)/g, (call) => `(${call} + toIntervalSecond(${ahead.server}))`)
    .replaceAll('nowInBlock()', `(nowInBlock() + toIntervalSecond(${ofShard}))`)
}

/** Parameters of the address that are no settings of the engine. */
const protocol =
  /^(query|query_id|session_id|session_timeout|database|default_format|role|enable_http_compression)$|^param_/
/** Settings that belong to a server's HTTP handler, which the engine in the process does not heed. */
const handler =
  /^(wait_end_of_query|send_progress_in_http_headers|http_headers_progress_interval_ms|cancel_http_readonly_queries_on_client_close)$/

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function userOf(request: IncomingMessage): User | undefined {
  const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
  const [name = '', ...password] = basic.split(':')
  const user = users[name === '' ? 'default' : name]
  return user && user.password === password.join(':') ? user : undefined
}

function refuse(response: ServerResponse, code: number, text: string): void {
  const status = code === 516 ? 403 : code === 60 || code === 81 ? 404 : 500
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': code.toString() }).end(text)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server')
  const body = await bodyOf(request)
  if (url.pathname === '/ping') return void response.end('Ok.\n')
  if (url.pathname === '/faults') {
    faults = JSON.parse(body.toString()) as Fault[]
    return void response.end()
  }
  if (url.pathname === '/clocks') {
    ahead = JSON.parse(body.toString()) as typeof ahead
    return void response.end()
  }
  if (url.pathname === '/asked') return void response.end(JSON.stringify(asked.splice(0)))
  const user = userOf(request)
  if (!user) return refuse(response, 516, 'Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)')

  const inAddress = url.searchParams.get('query')
  const query = inAddress ?? body.toString()
  const settings: Record<string, string> = {}
  const params: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) params[name.slice(6)] = value
    else if (!protocol.test(name) && !handler.test(name)) settings[name] = value
  }
  const noted: Noted = { query, settings, ms: 0, rowsRead: 0, bytesRead: 0 }
  asked.push(noted)
  const start = performance.now()

  const fault = faults.find(({ match }) => new RegExp(match).test(query))
  if (fault && (fault.skip ?? 0) > 0) fault.skip = (fault.skip ?? 0) - 1
  else if (fault && (fault.times === undefined || fault.times-- > 0)) {
    if (fault.kind === 'answer')
      return refuse(response, Number(/Code: (\d+)/.exec(fault.text ?? '')?.[1]), fault.text ?? '')
    if (fault.kind === 'cut') return void request.socket.destroy()
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100)
  }
  const database = url.searchParams.get('database') ?? ''
  const queryId = url.searchParams.get('query_id') ?? ''
  try {
    const result = await connections.run({
      query: byClocks(query),
      data: inAddress === null ? undefined : body,
      settings,
      params,
      user,
      database: database === '' ? 'default' : database,
      queryId,
      session: url.searchParams.get('session_id') ?? undefined,
    })
    Object.assign(noted, { ms: performance.now() - start, rowsRead: result.rowsRead, bytesRead: result.bytesRead })
    const summary = { read_rows: result.rowsRead.toString(), read_bytes: result.bytesRead.toString(), elapsed_ns: '0' }
    response.writeHead(200, { 'X-ClickHouse-Query-Id': queryId, 'X-ClickHouse-Summary': JSON.stringify(summary) })
    response.end(result.bytes)
  } catch (error) {
    const text = (error instanceof Error ? error.message : String(error)).replace(/^Query failed: /, '')
    refuse(response, Number(/Code: (\d+)/.exec(text)?.[1] ?? 1002), text)
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) =>
    refuse(response, 1002, `Code: 1002. DB::Exception: ${String(error)}`),
  )
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  writeFileSync(join(folder, 'port'), port.toString())
  process.stdout.write(`${port}\n`)
})
// The test that started it is gone.
process.stdin.resume().on('end', () => process.exit(0))
