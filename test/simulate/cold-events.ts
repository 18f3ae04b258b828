/**
 * A cold start played request by request: the twin that the model of averages is held to. Requests come at random, each to one object; the database serves one query after the
 * other; callers give up after a while and ask again or not. Nothing of src/simulate but the generator of streams.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { zipfStream } from '../../src/simulate/zipf.js'

export interface Played {
  /** Of each second. */
  seconds: { hitRatio: number; databasePerSecond: number; failedPerSecond: number }[]
}

interface Event {
  atMs: number
  kind: 'request' | 'stored' | 'released'
  id: number
}

export interface Scene {
  objects: number
  exponent: number
  requestsPerSecond: number
  databaseCapacityPerSecond: number
  databaseLatencyMs: number
  timeoutMs: number
  retryFactor: number
  seconds: number
  ttlMs?: number
  singleFlight?: boolean
  warmedObjects?: number
  seed: number
}

export function play(scene: Scene): Played {
  const generator = xoroshiro128plus(scene.seed)
  const { keys } = zipfStream({
    requests: scene.requestsPerSecond * scene.seconds * 2,
    keyCount: scene.objects,
    exponent: scene.exponent,
    seed: scene.seed + 1,
  })
  const endMs = scene.seconds * 1000
  const seconds = Array.from({ length: scene.seconds }, () => ({ hits: 0, requests: 0, queries: 0, failed: 0 }))
  const expiresAtMs = new Float64Array(scene.objects)
  const fetchedUntilMs = new Float64Array(scene.objects)
  for (let id = 0; id < (scene.warmedObjects ?? 0); id++) expiresAtMs[id] = scene.ttlMs ?? Infinity
  const heap = new Heap()
  let busyUntilMs = 0
  const ask = (atMs: number, id: number): void => {
    const second = seconds[Math.floor(atMs / 1000)]
    if (second === undefined) return
    second.requests++
    if (expiresAtMs[id]! > atMs) {
      second.hits++
      return
    }
    let answeredMs = fetchedUntilMs[id]!
    const joins = scene.singleFlight === true && answeredMs > atMs
    if (!joins) {
      second.queries++
      busyUntilMs = Math.max(busyUntilMs, atMs) + 1000 / scene.databaseCapacityPerSecond
      answeredMs = busyUntilMs + scene.databaseLatencyMs
      const inTime = answeredMs - atMs <= scene.timeoutMs
      if (inTime) heap.push({ atMs: answeredMs, kind: 'stored', id })
      else answeredMs = Infinity
      fetchedUntilMs[id] = inTime ? answeredMs : atMs + scene.timeoutMs
    } else if (failing.has(id)) answeredMs = Infinity
    if (answeredMs === Infinity) {
      failing.add(id)
      second.failed++
      if (uniformFloat64(generator) < 1 - 1 / scene.retryFactor)
        heap.push({ atMs: joins ? fetchedUntilMs[id]! : atMs + scene.timeoutMs, kind: 'request', id })
      heap.push({ atMs: fetchedUntilMs[id]!, kind: 'released', id })
    }
  }
  const failing = new Set<number>()
  let nextMs = 0
  let nextKey = 0
  while (nextMs < endMs) {
    const due = heap.peek()
    if (due !== undefined && due.atMs <= nextMs) {
      heap.pop()
      if (due.kind === 'stored') expiresAtMs[due.id] = due.atMs + (scene.ttlMs ?? Infinity)
      else if (due.kind === 'released') failing.delete(due.id)
      else ask(due.atMs, due.id)
      continue
    }
    ask(nextMs, keys[nextKey++]!)
    nextMs += (-Math.log(1 - uniformFloat64(generator)) * 1000) / scene.requestsPerSecond
  }
  return {
    seconds: seconds.map(({ hits, requests, queries, failed }) => ({
      hitRatio: requests === 0 ? 0 : hits / requests,
      databasePerSecond: queries,
      failedPerSecond: failed,
    })),
  }
}

class Heap {
  private readonly events: Event[] = []

  peek(): Event | undefined {
    return this.events[0]
  }

  push(event: Event): void {
    const { events } = this
    let at = events.push(event) - 1
    for (let up = (at - 1) >> 1; at > 0 && events[up]!.atMs > event.atMs; at = up, up = (at - 1) >> 1)
      events[at] = events[up]!
    events[at] = event
  }

  pop(): void {
    const { events } = this
    const last = events.pop()!
    if (events.length === 0) return
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= events.length) break
      if (down + 1 < events.length && events[down + 1]!.atMs < events[down]!.atMs) down++
      if (events[down]!.atMs >= last.atMs) break
      events[at] = events[down]!
      at = down
    }
    events[at] = last
  }
}
