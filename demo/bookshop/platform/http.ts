/**
 * Plain HTTP between services: `serve` answers, `ask` calls. A call has no timeout unless it is given one, as with Node's own client.
 */
import http from 'node:http'
import express, { type Request } from 'express'
import { ports, type ServiceName } from './network'

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export class Refused extends Error {
  constructor(
    peer: string,
    readonly status: number,
  ) {
    super(`${peer} answered ${status}`)
  }
}

export interface AskOptions {
  host?: string
  port?: number
  timeoutMs?: number
  body?: unknown
  /** Only these headers leave the process: what a careful but old-fashioned client wrapper does. */
  onlyHeaders?: string[]
}

/** Fails on 4xx and 5xx, as most clients do. */
export function ask<Answer = Record<string, unknown>>(
  service: ServiceName | 'provider',
  method: 'GET' | 'POST',
  path: string,
  options: AskOptions = {},
): Promise<Answer> {
  const host = options.host ?? service
  const port = options.port ?? (service === 'provider' ? 443 : ports[service])
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path, timeout: options.timeoutMs }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        if (status >= 400) reject(new Refused(host, status))
        else resolve(JSON.parse(text === '' ? '{}' : text) as Answer)
      })
    })
    if (options.onlyHeaders) {
      const kept = new Set(['host', 'connection', 'content-type', ...options.onlyHeaders])
      for (const name of request.getHeaderNames()) if (!kept.has(name)) request.removeHeader(name)
    }
    // Node's global agent gives every socket five seconds and says so on the request: that is no limit until somebody acts on it
    if (options.timeoutMs !== undefined)
      request.on('timeout', () => request.destroy(new Error(`${host} timed out after ${options.timeoutMs} ms`)))
    request.on('error', reject)
    if (options.body === undefined) request.end()
    else request.setHeader('content-type', 'application/json').end(JSON.stringify(options.body))
  })
}

/** A parameter of the query string; empty when it is missing or given twice. */
export function queryText(request: Pick<Request, 'query'>, name: string): string {
  const value = request.query[name]
  return typeof value === 'string' ? value : ''
}

export type Routes = Record<string, (request: Request) => Promise<unknown>>

/** Routes as `{'GET /books/:id': async (request) => answer}`; a thrown error is a 500, a Refused keeps its status. */
export function serve(service: ServiceName, routes: Routes): void {
  const app = express()
  app.use(express.json())
  for (const [route, answer] of Object.entries(routes)) {
    const [method, path = '/'] = route.split(' ')
    app[method === 'POST' ? 'post' : 'get'](path, (request, response) => {
      answer(request).then(
        (result) => response.json(result ?? {}),
        (error: unknown) =>
          response.status(error instanceof Refused && error.status < 500 ? error.status : 500).json({}),
      )
    })
  }
  app.listen(ports[service], '127.0.0.1', () => process.send?.('ready'))
}
