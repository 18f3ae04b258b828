/**
 * How each kind of work becomes spans. Every function returns the time at which whoever waits for it may go on.
 * A caller's span and a callee's span are two spans of one call: they differ by the network and by what each could know.
 */
import { grpc, httpClient, httpServer, parseAddress, scopeOf, store, type Pairs } from './conventions.js'
import type { CallOptions, QueryOptions, ServerOptions, SpanOptions } from './options.js'
import { nanoseconds, type Opening, type Recorder } from './recorder.js'

/** What happens inside a span that opens there; returns when the last thing that it waits for has ended. */
export type Work = (opening: Opening) => number

/** For spans that wait for nothing. */
export const nothing: Work = (opening) => opening.startNs

/** Runs what a span contains and says when the span ends. */
export function contents(opening: Opening, spanId: string, options: SpanOptions, work: Work): number {
  const workedNs = work({ ...opening, parentSpanId: spanId })
  if (options.ms === undefined) return workedNs + nanoseconds(1)
  return Math.max(opening.startNs + nanoseconds(options.ms), workedNs)
}

interface Operation {
  protocol: 'http' | 'grpc'
  method: string
  route: string | undefined
  path: string
}

function parseOperation(
  operation: string,
  options: { protocol?: 'http' | 'grpc'; path?: string; route?: boolean },
  traceNumber: number,
): Operation {
  const http = /^([A-Z]+) (\/.*)$/s.exec(operation)
  const isGrpc = options.protocol ? options.protocol === 'grpc' : !http && /^[^\s/]+\/[^\s/]+$/.test(operation)
  const template = http?.[2] ?? '/'
  return {
    protocol: isGrpc ? 'grpc' : 'http',
    method: http?.[1] ?? 'GET',
    route: options.route === false || !http ? undefined : template,
    path: options.path ?? template.replaceAll(/\{[^}]*\}/g, String(traceNumber + 1)),
  }
}

const httpFailure = 500
const grpcFailure = 2

/** Status code that the callee answers with; undefined when no answer came. */
function statusOf(protocol: 'http' | 'grpc', error: SpanOptions['error']): number | undefined {
  if (typeof error === 'string') return undefined
  if (typeof error === 'number') return error
  if (protocol === 'http') return error ? httpFailure : 200
  return error ? grpcFailure : 0
}

function errorType(error: SpanOptions['error'], status: number | undefined): string | undefined {
  if (typeof error === 'string') return error
  return status === undefined ? undefined : String(status)
}

/** A SERVER span and all that it does. */
export function serve(
  system: Recorder,
  opening: Opening,
  operation: string,
  options: ServerOptions & { protocol?: 'http' | 'grpc' },
  work: Work,
): number {
  const parsed = parseOperation(operation, options, opening.traceNumber)
  const http = parsed.protocol === 'http'
  const name = http && parsed.route === undefined && /^[A-Z]+ \//.test(operation) ? parsed.method : operation
  const span = system.open(opening, 'server', name, scopeOf(parsed.protocol), options)
  const endNs = contents(opening, span.spanId, options, work)
  const convention = system.conventionOf(opening.service)
  const address = system.addressOf(opening.service)
  const thrown = typeof options.error === 'string'
  const status = thrown ? statusOf(parsed.protocol, true) : statusOf(parsed.protocol, options.error)
  const failed = http ? (status ?? 0) >= 500 : status !== 0
  const pairs: Pairs = http
    ? httpServer({ ...parsed, ...address, statusCode: status, resendCount: undefined }, convention)
    : grpc(operation, address, status, 'server', convention)
  if (failed) pairs.push(['error.type', errorType(options.error, status)])
  system.finish(span, endNs - opening.startNs, pairs, failed, options)
  return endNs
}

export function callService(
  system: Recorder,
  opening: Opening,
  callee: string,
  operation: string,
  options: CallOptions,
  work: Work,
): number {
  const parsed = parseOperation(operation, options, opening.traceNumber)
  const http = parsed.protocol === 'http'
  const networkNs = nanoseconds(options.networkMs ?? system.networkMs)
  const thereNs = Math.floor(networkNs / 2000) * 1000
  const { server = {}, uninstrumentedClient, timeoutMs, lost } = options
  const clientOptions = { ...options, dropped: options.dropped || uninstrumentedClient }
  const span = system.open(opening, 'client', http ? parsed.method : operation, scopeOf(parsed.protocol), clientOptions)

  const answered = typeof options.error !== 'string'
  let answeredNs = opening.startNs + networkNs + nanoseconds(options.ms ?? 1)
  if (answered && !system.isDark(callee)) {
    const calleeOpening: Opening = {
      traceId: lost ? system.newTraceId() : opening.traceId,
      traceNumber: opening.traceNumber,
      parentSpanId: lost ? '' : uninstrumentedClient ? opening.parentSpanId : span.spanId,
      service: callee,
      startNs: opening.startNs + thereNs,
    }
    const { ms, error, route, path, protocol } = options
    answeredNs =
      serve(system, calleeOpening, operation, { ms, error, route, path, protocol, ...server }, work) +
      networkNs -
      thereNs
  }

  const givesUpNs = timeoutMs === undefined ? Infinity : opening.startNs + nanoseconds(timeoutMs)
  const timedOut = givesUpNs < answeredNs
  const endNs = Math.min(answeredNs, givesUpNs)
  const status = timedOut ? undefined : statusOf(parsed.protocol, options.error)
  const failed = status === undefined || (http ? status >= 400 : status !== 0)
  const known = system.addressOf(callee)
  const address = { host: options.host ?? known.host, port: options.port ?? known.port }
  const convention = system.conventionOf(opening.service)
  const pairs: Pairs = http
    ? httpClient({ ...parsed, ...address, statusCode: status, resendCount: options.resendCount }, convention)
    : grpc(operation, address, timedOut ? 4 : status, 'client', convention)
  if (failed) pairs.push(['error.type', timedOut ? 'timeout' : errorType(options.error, status)])
  const peer = options.peerService === true ? callee : options.peerService
  if (peer) pairs.push([convention === 'old' ? 'peer.service' : 'service.peer.name', peer])
  system.finish(span, endNs - opening.startNs, pairs, failed, clientOptions)
  return endNs
}

export function runStatement(
  system: Recorder,
  opening: Opening,
  url: string,
  statement: string,
  options: QueryOptions,
): number {
  const { system: database, host, port, path: namespace } = parseAddress(url)
  const operation = options.operation ?? /^\s*(\w+)/.exec(statement)?.[1]?.toUpperCase() ?? ''
  const name = database === 'redis' ? operation : `${operation} ${options.collection ?? namespace}`.trim()
  const span = system.open(opening, 'client', name, scopeOf(database), options)
  const endNs = contents(opening, span.spanId, options, nothing)
  const convention = system.conventionOf(opening.service)
  const pairs = store(
    { system: database, host, port, namespace, statement, operation, collection: options.collection },
    convention,
  )
  const failed = options.error !== undefined && options.error !== false
  if (failed) pairs.push(['error.type', options.error === true ? 'DatabaseError' : String(options.error)])
  system.finish(span, endNs - opening.startNs, pairs, failed, options)
  return endNs
}

export function runInternal(
  system: Recorder,
  opening: Opening,
  name: string,
  options: SpanOptions,
  work: Work,
): number {
  const span = system.open(opening, 'internal', name, scopeOf('internal'), options)
  const endNs = contents(opening, span.spanId, options, work)
  const failed = options.error !== undefined && options.error !== false
  const pairs: Pairs = failed ? [['error.type', options.error === true ? 'Error' : String(options.error)]] : []
  system.finish(span, endNs - opening.startNs, pairs, failed, options)
  return endNs
}
