/**
 * Cache policies as one would write them on a blackboard: arrays, newest first, searched from end to end. Slow and plain on purpose, and written from the papers, not from src/simulate:
 * property tests hold the fast ones to them. Only the hash of W-TinyLFU is shared, for no paper says which one to take.
 */
import { scrambled } from '../../src/simulate/scramble.js'

export interface PlainCache {
  request(id: number): boolean
  remove(id: number): void
}

type Make = (
  capacity: number,
  sizeOf: (id: number) => number,
  objects: { count: number; meanSize: number },
) => PlainCache

const without = (list: number[], id: number): void => {
  const at = list.indexOf(id)
  if (at >= 0) list.splice(at, 1)
}

const fifo: Make = (capacity, sizeOf) => {
  const queue: number[] = []
  const total = () => queue.reduce((sum, id) => sum + sizeOf(id), 0)
  return {
    request(id) {
      if (queue.includes(id)) return true
      if (sizeOf(id) > capacity) return false
      while (total() + sizeOf(id) > capacity) queue.pop()
      queue.unshift(id)
      return false
    },
    remove: (id) => without(queue, id),
  }
}

const lru: Make = (capacity, sizeOf) => {
  const stack: number[] = []
  const total = () => stack.reduce((sum, id) => sum + sizeOf(id), 0)
  return {
    request(id) {
      const hit = stack.includes(id)
      if (!hit && sizeOf(id) > capacity) return false
      without(stack, id)
      while (total() + sizeOf(id) > capacity) stack.pop()
      stack.unshift(id)
      return hit
    },
    remove: (id) => without(stack, id),
  }
}

/** Every object with its count and when it reached it; the least of both goes. */
const lfu: Make = (capacity, sizeOf) => {
  const objects: { id: number; count: number; since: number }[] = []
  let now = 0
  const total = () => objects.reduce((sum, { id }) => sum + sizeOf(id), 0)
  return {
    request(id) {
      now++
      const found = objects.find((each) => each.id === id)
      if (found) {
        found.count++
        found.since = now
        return true
      }
      if (sizeOf(id) > capacity) return false
      while (total() + sizeOf(id) > capacity) {
        objects.sort((a, b) => a.count - b.count || a.since - b.since)
        objects.shift()
      }
      objects.push({ id, count: 1, since: now })
      return false
    },
    remove(id) {
      const at = objects.findIndex((each) => each.id === id)
      if (at >= 0) objects.splice(at, 1)
    },
  }
}

const clock: Make = (capacity, sizeOf) => {
  const queue: { id: number; wanted: boolean }[] = []
  const total = () => queue.reduce((sum, { id }) => sum + sizeOf(id), 0)
  return {
    request(id) {
      const found = queue.find((each) => each.id === id)
      if (found) return (found.wanted = true)
      if (sizeOf(id) > capacity) return false
      while (total() + sizeOf(id) > capacity) {
        const oldest = queue.pop()!
        if (oldest.wanted) queue.unshift({ id: oldest.id, wanted: false })
      }
      queue.unshift({ id, wanted: false })
      return false
    },
    remove(id) {
      const at = queue.findIndex((each) => each.id === id)
      if (at >= 0) queue.splice(at, 1)
    },
  }
}

/** The queue newest first; the hand is the object to look at next, undefined for the oldest. */
const sieve: Make = (capacity, sizeOf) => {
  const queue: number[] = []
  const wanted = new Set<number>()
  let hand: number | undefined
  const total = () => queue.reduce((sum, id) => sum + sizeOf(id), 0)
  const drop = (id: number): void => {
    if (hand === id) hand = queue[queue.indexOf(id) - 1]
    without(queue, id)
    wanted.delete(id)
  }
  return {
    request(id) {
      if (queue.includes(id)) {
        wanted.add(id)
        return true
      }
      if (sizeOf(id) > capacity) return false
      while (total() + sizeOf(id) > capacity) {
        let at = hand === undefined ? queue.length - 1 : queue.indexOf(hand)
        while (wanted.delete(queue[at]!)) at = at === 0 ? queue.length - 1 : at - 1
        hand = queue[at]!
        drop(hand)
      }
      queue.unshift(id)
      return false
    },
    remove(id) {
      if (queue.includes(id)) drop(id)
    },
  }
}

const s3Fifo: Make = (capacity, sizeOf) => {
  const small: number[] = []
  const main: number[] = []
  const ghost: number[] = []
  const hits = new Map<number, number>()
  const mainLimit = capacity - Math.max(1, Math.floor(capacity * 0.1))
  const ghostLimit = Math.floor(capacity * 0.9)
  const total = (...lists: number[][]) => lists.flat().reduce((sum, id) => sum + sizeOf(id), 0)
  const evict = (): void => {
    if (total(main) > mainLimit || small.length === 0) {
      for (let oldest = main.pop()!; ; oldest = main.pop()!) {
        const left = hits.get(oldest) ?? 0
        if (left === 0) return
        hits.set(oldest, left - 1)
        main.unshift(oldest)
      }
    }
    while (small.length > 0) {
      const oldest = small.pop()!
      if ((hits.get(oldest) ?? 0) >= 2) {
        hits.set(oldest, 0)
        main.unshift(oldest)
        continue
      }
      if (sizeOf(oldest) > ghostLimit) return
      ghost.unshift(oldest)
      while (total(ghost) > ghostLimit) ghost.pop()
      return
    }
  }
  return {
    request(id) {
      if (small.includes(id) || main.includes(id)) {
        hits.set(id, Math.min(3, (hits.get(id) ?? 0) + 1))
        return true
      }
      if (sizeOf(id) > capacity) return false
      const remembered = ghost.includes(id)
      without(ghost, id)
      while (total(small, main) + sizeOf(id) > capacity) evict()
      hits.set(id, 0)
      ;(remembered ? main : small).unshift(id)
      return false
    },
    remove(id) {
      without(small, id)
      without(main, id)
    },
  }
}

/** Figure 4 of the paper, with sums of sizes for lengths. */
const arc: Make = (c, sizeOf) => {
  const t1: number[] = []
  const t2: number[] = []
  const b1: number[] = []
  const b2: number[] = []
  let p = 0
  const total = (...lists: number[][]) => lists.flat().reduce((sum, id) => sum + sizeOf(id), 0)
  const replace = (inB2: boolean): void => {
    if (t1.length > 0 && (t2.length === 0 || total(t1) > p || (inB2 && total(t1) === p))) b1.unshift(t1.pop()!)
    else b2.unshift(t2.pop()!)
  }
  return {
    request(id) {
      if (t1.includes(id) || t2.includes(id)) {
        without(t1, id)
        without(t2, id)
        t2.unshift(id)
        return true
      }
      const size = sizeOf(id)
      if (size > c) return false
      const inB1 = b1.includes(id)
      const inB2 = b2.includes(id)
      if (inB1 || inB2) {
        if (inB1) p = Math.min(c, p + size * Math.max(1, Math.floor(total(b2) / total(b1))))
        else p = Math.max(0, p - size * Math.max(1, Math.floor(total(b1) / total(b2))))
        while (total(t1, t2) + size > c) replace(inB2)
        without(b1, id)
        without(b2, id)
        t2.unshift(id)
        return false
      }
      while (total(t1, b1) + size > c && b1.length > 0) b1.pop()
      while (total(t1) + size > c) t1.pop()
      while (total(t1, t2, b1, b2) + size > 2 * c && b2.length > 0) b2.pop()
      while (total(t1, t2) + size > c) replace(false)
      t1.unshift(id)
      return false
    },
    remove(id) {
      without(t1, id)
      without(t2, id)
    },
  }
}

const wTinyLfu: Make = (capacity, sizeOf, { count, meanSize }) => {
  const window: number[] = []
  const probation: number[] = []
  const safe: number[] = []
  const windowLimit = Math.max(1, Math.floor(capacity * 0.01))
  const mainLimit = capacity - windowLimit
  const expected = Math.max(1, Math.ceil(Math.min(count, mainLimit / meanSize)))
  let counters: number[] = Array<number>(expected * 10).fill(0)
  let counted = 0
  const total = (...lists: number[][]) => lists.flat().reduce((sum, id) => sum + sizeOf(id), 0)
  const placesOf = (id: number): number[] =>
    [0n, 1n, 2n].map((k) => {
      const hash = (BigInt(scrambled(id)) + k * BigInt(scrambled(~id))) % 2n ** 32n
      return Number((hash * BigInt(counters.length)) / 2n ** 32n)
    })
  const frequency = (id: number): number => Math.min(...placesOf(id).map((place) => counters[place]!))
  const add = (id: number): void => {
    for (const place of placesOf(id)) counters[place] = Math.min(255, counters[place]! + 1)
    if (++counted === expected * 32) {
      counted = 0
      counters = counters.map((value) => Math.floor(value / 2))
    }
  }
  const offer = (candidate: number): void => {
    if (sizeOf(candidate) > mainLimit) return
    const leaving: number[] = []
    const order = [...safe, ...probation]
    while (total(order) + sizeOf(candidate) > mainLimit) leaving.push(order.pop()!)
    const against = leaving.reduce((sum, id) => sum + frequency(id), 0)
    if (leaving.length > 0 && frequency(candidate) <= against) return
    for (const id of leaving) {
      without(probation, id)
      without(safe, id)
    }
    probation.unshift(candidate)
  }
  return {
    request(id) {
      if (window.includes(id)) {
        without(window, id)
        window.unshift(id)
        return true
      }
      add(id)
      if (safe.includes(id)) {
        without(safe, id)
        safe.unshift(id)
        return true
      }
      if (probation.includes(id)) {
        without(probation, id)
        safe.unshift(id)
        while (total(safe) > Math.floor(mainLimit * 0.8)) {
          probation.unshift(safe.pop()!)
          while (total(probation) > Math.floor(mainLimit * 0.2)) probation.pop()
        }
        return true
      }
      if (sizeOf(id) > capacity) return false
      window.unshift(id)
      while (total(window) > windowLimit) offer(window.pop()!)
      return false
    },
    remove(id) {
      without(window, id)
      without(probation, id)
      without(safe, id)
    },
  }
}

export const plainPolicies: Readonly<Record<string, Make>> = {
  fifo,
  lru,
  lfu,
  clock,
  sieve,
  's3-fifo': s3Fifo,
  arc,
  'w-tinylfu': wTinyLfu,
}

/** The fewest misses that any sequence of decisions reaches for objects of one size, by trying all of them. */
export function fewestMisses(keys: readonly number[], capacity: number): number {
  const known = new Map<string, number>()
  const least = (at: number, inside: readonly number[]): number => {
    if (at === keys.length) return 0
    const state = `${at}:${inside.join(',')}`
    const before = known.get(state)
    if (before !== undefined) return before
    const id = keys[at]!
    const choices: number[] = []
    if (inside.includes(id)) choices.push(least(at + 1, inside))
    else {
      choices.push(1 + least(at + 1, inside))
      const more = [...inside, id].sort((a, b) => a - b)
      if (more.length <= capacity) choices.push(1 + least(at + 1, more))
      else
        for (const victim of inside)
          choices.push(
            1 +
              least(
                at + 1,
                more.filter((each) => each !== victim),
              ),
          )
    }
    const fewest = Math.min(...choices)
    known.set(state, fewest)
    return fewest
  }
  return least(0, [])
}
