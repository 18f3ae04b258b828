/**
 * What surrounds the shop: the payment provider, two network lines with a temper, and a bridge between two queues.
 * None of it is the shop's own, so none of it gives spans.
 */
import http from 'node:http'
import net from 'node:net'
import { connect } from 'amqplib'
import { farCatalogue, ports, pricingCachePort, provider, rabbitmq, redis } from '../platform/network'

/** Overloaded in these seconds of the load. */
const outages = [
  [28, 38],
  [62, 70],
] as const
const stallMs = 32_000

/** Charges are quick but for outages; one settlement in twenty stalls when it is sent for the first time. */
export function startProvider(): { begin(): void; server: http.Server } {
  let beginMs = Number.POSITIVE_INFINITY
  const stalled = new Set<string>()
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://provider')
    const second = (Date.now() - beginMs) / 1000
    request.resume()
    const answer = (status: number, afterMs: number) => setTimeout(() => response.writeHead(status).end('{}'), afterMs)
    const batch = url.searchParams.get('batch')
    if (batch === null) return answer(outages.some(([from, to]) => second >= from && second < to) ? 503 : 200, 25)
    if (Number(batch) % 20 === 7 && !stalled.has(batch)) {
      stalled.add(batch)
      return answer(200, stallMs)
    }
    return answer(200, 30)
  })
  server.listen(provider.port, '127.0.0.1')
  return { begin: () => (beginMs = Date.now()), server }
}

/** A line that takes time in both directions, as one to another region does. */
export function startFarLine(delayMs: number): net.Server {
  const later = (from: net.Socket, to: net.Socket): void => {
    from.on('data', (part) => void setTimeout(() => to.writable && to.write(part), delayMs))
    from.on('close', () => void setTimeout(() => to.destroy(), delayMs))
    from.on('error', () => to.destroy())
  }
  const server = net.createServer((near) => {
    const far = net.connect(ports.catalogue, '127.0.0.1')
    later(near, far)
    later(far, near)
  })
  return server.listen(farCatalogue.port, '127.0.0.1')
}

/** The line to the pricing service's cache. While it is cut, nobody connects. */
export function startCacheLine(): { cut(forMs: number): void; server: net.Server } {
  const open = new Set<net.Socket>()
  let whole = true
  const server = net.createServer((near) => {
    if (!whole) {
      near.destroy()
      return
    }
    const far = net.connect(redis.port, redis.host)
    open.add(near)
    near.on('close', () => open.delete(near))
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  server.listen(pricingCachePort, '127.0.0.1')
  return {
    server,
    cut: (forMs) => {
      whole = false
      for (const socket of open) socket.destroy()
      setTimeout(() => (whole = true), forMs)
    },
  }
}

/** Forwards parcels as letters, bodies alone: whoever wrote it did not know about headers. */
export async function startBridge(): Promise<() => Promise<void>> {
  const connection = await connect(`amqp://guest:guest@${rabbitmq.host}:${rabbitmq.port}/bookshop`)
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue('bridge.parcel-sent', { durable: true })
  await channel.assertExchange('bookshop', 'topic', { durable: true })
  await channel.bindQueue(queue, 'bookshop', 'parcel.sent')
  await channel.consume(queue, (message) => {
    if (!message) return
    channel.publish('bookshop', 'letter.due', message.content, { messageId: String(message.properties.messageId) })
    channel.ack(message)
  })
  return () => connection.close()
}
