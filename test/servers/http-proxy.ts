/**
 * Passes HTTP requests on to a server, writes down what was asked, and dies on demand: a server that is lost midway, without stopping one
 * that others use.
 */
import { createServer, request, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface HttpProxy {
  port: number
  /** `GET /path`, in order. */
  asked: string[]
  /** Closes the door and every connection at once. */
  die(): void
}

/** `before` is told of each request before it is passed on, and may let the proxy die. With a certificate it speaks TLS to who asks. */
export async function openHttpProxy(
  target: { host: string; port: number },
  before: (asked: readonly string[], proxy: HttpProxy) => void = () => {},
  certificate?: { key: string; cert: string },
): Promise<HttpProxy> {
  const asked: string[] = []
  const pass: RequestListener = (incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    before(asked, proxy)
    const { method, url: path, headers } = incoming
    const outgoing = request({ ...target, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  }
  const server = certificate ? createSecureServer(certificate, pass) : createServer(pass)
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
