/**
 * Shoppers, a flash sale and the night's settlements, from one seed. Visits come when they come: a slow page does not slow the next
 * shopper down, as it would with a fixed number of users. Shoppers come from outside, so their requests carry no trace.
 */
import http from 'node:http'
import { ports } from '../platform/network'
import { seeded, zipf } from './chance'

export interface Plan {
  seed: number
  seconds: number
  shoppers: number
}

interface Visit {
  atMs: number
  port: number
  method: 'GET' | 'POST'
  path: string
  reader: number
}

/** What one shopper looks at, in this order, with a pause for reading between the pages. */
function journey(reader: number, popular: () => number, chance: () => number): [Visit['method'], string][] {
  const words = `Volume-${Math.floor(chance() * 100_000)}`
  return [
    ['GET', '/'],
    ['GET', `/search?q=${words}`],
    ['GET', `/books/${popular()}`],
    ['GET', `/authors/${1 + Math.floor(chance() * 10)}`],
    ['POST', `/cart/items?reader=${reader}&book=${popular()}`],
    ['GET', `/books/${popular()}`],
    ['GET', `/cart?reader=${reader}`],
    ['POST', `/checkout?reader=${reader}`],
    ['GET', `/account/${reader}`],
    ['GET', '/opening-hours'],
  ]
}

export function visits({ seed, seconds, shoppers }: Plan): Visit[] {
  const chance = seeded(seed)
  const popular = zipf(chance, 400)
  const all: Visit[] = []
  const lastStartMs = (seconds - 12) * 1000
  for (let reader = 1; reader <= shoppers; reader++) {
    let atMs = (lastStartMs * (reader - 1)) / shoppers + chance() * 300
    for (const [method, path] of journey(reader, popular, chance)) {
      all.push({ atMs, port: ports.storefront, method, path, reader })
      atMs += 400 + chance() * 900
    }
  }
  // the flash sale: a crowd arrives together, again and again
  for (let wave = 0; wave < 13; wave++) {
    for (let one = 0; one < 8; one++) {
      all.push({
        atMs: 8000 + wave * 4500 + chance() * 120,
        port: ports.storefront,
        method: 'GET',
        path: '/sale',
        reader: 1 + Math.floor(chance() * shoppers),
      })
    }
  }
  for (let batch = 1; batch <= 102; batch++) {
    all.push({
      atMs: ((seconds - 40) * 1000 * batch) / 102,
      port: ports.payments,
      method: 'POST',
      path: `/settlements/${batch}`,
      reader: 0,
    })
  }
  return all.sort((a, b) => a.atMs - b.atMs || a.path.localeCompare(b.path))
}

function visit({ port, method, path, reader }: Visit): Promise<number> {
  return new Promise((resolve) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path, headers: { 'x-reader': String(reader) } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    request.on('error', () => resolve(0))
    request.end()
  })
}

/** Plays all visits and waits for their answers; returns how many got which status (0: no answer). */
export async function play(plan: Plan): Promise<Record<string, number>> {
  const start = Date.now()
  const answers: Promise<number>[] = []
  for (const one of visits(plan)) {
    const waitMs = start + one.atMs - Date.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    answers.push(visit(one))
  }
  const counts: Record<string, number> = {}
  for (const status of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
