/**
 * The moments at which a broker is looked at: now, and then as often as trends need until the time is up.
 * What is easily got wrong: brokers refresh their counters every five seconds or so; looking more often shows steps that are none.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { LiveOptions } from '../../model/importer.js'

const fewestMs = 5_000
const mostLooks = 60

/** Milliseconds between looks, and how many there are after the first. */
export function scheduleOf(forSeconds: number): { looks: number; intervalMs: number } {
  const totalMs = forSeconds * 1_000
  if (totalMs <= 0) return { looks: 0, intervalMs: 0 }
  const looks = Math.min(Math.max(Math.floor(totalMs / fewestMs), 1), mostLooks)
  return { looks, intervalMs: totalMs / looks }
}

/** The number of each look, from 0. Throws when the user gives up. */
export async function* looks({ forSeconds, signal, report }: LiveOptions, address: string): AsyncGenerator<number> {
  const schedule = scheduleOf(forSeconds)
  if (schedule.looks > 0) report(`${address}: looking ${schedule.looks + 1} times over ${forSeconds} s`)
  const start = performance.now()
  for (let look = 0; look <= schedule.looks; look++) {
    const wait = start + look * schedule.intervalMs - performance.now()
    if (wait > 0) await pause(wait, undefined, { signal })
    signal.throwIfAborted()
    yield look
  }
}
