/**
 * Spreads commands evenly over time, so that a server never gets more of them in a second than it was promised.
 * What is easily got wrong: time that was lost waiting for answers may not be caught up with a burst; only what timers overshoot is.
 */
const mostLateMs = 25

export class Pace {
  private due = 0
  /** Commands so far. */
  asked = 0

  constructor(
    readonly perSecond: number,
    readonly signal: AbortSignal,
  ) {}

  /** Whether the user has given up. */
  get stopped(): boolean {
    return this.signal.aborted
  }

  /** Resolves when so many more commands may be sent; rejects when the signal aborts. */
  async take(commands: number): Promise<void> {
    this.signal.throwIfAborted()
    const now = performance.now()
    const wait = this.due - now
    this.due = Math.max(this.due, now - mostLateMs) + (commands / this.perSecond) * 1_000
    this.asked += commands
    if (wait > 0) await pause(wait, this.signal)
  }
}

/** Waits; rejects at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
