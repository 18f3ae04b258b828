/**
 * Passes HTTP requests on to a server, writes down what was asked, and dies on demand: a server that is lost midway, without stopping one
 * that others use.
 */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HttpProxy {
  port: number
  /** `GET /path`, in order. */
  asked: string[]
  /** Closes the door and every connection at once. */
  die(): void
}

/** `before` is told of each request before it is passed on, and may let the proxy die. */
export async function openHttpProxy(
  target: { host: string; port: number },
  before: (asked: readonly string[], proxy: HttpProxy) => void = () => {},
): Promise<HttpProxy> {
  const asked: string[] = []
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    before(asked, proxy)
    const { method, url: path, headers } = incoming
    const outgoing = request({ ...target, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: HttpProxy = {
    port: (server.address() as AddressInfo).port,
    asked,
    die() {
      server.close()
      server.closeAllConnections()
    },
  }
  return proxy
}
