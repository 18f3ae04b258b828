/** The database of the cold-start model: a queue that is served at a fixed rate, first come, first served. It works for callers that have given up, unless it sheds load. */
import type { ColdStartSettings } from './cold-start.js'

export class Database {
  private queued = 0
  private readonly servedInStep: number

  constructor(private readonly settings: ColdStartSettings) {
    this.servedInStep = (settings.databaseCapacityPerSecond * settings.stepMs) / 1000
  }

  /** How long the queries of this step take, when `arriving` come: that of the one in the middle. */
  waitMs(arriving: number): number {
    const before = Math.max(0, this.queued + (arriving - this.servedInStep) / 2)
    return this.settings.databaseLatencyMs + (before / Math.max(this.servedInStep, 1e-9)) * this.settings.stepMs
  }

  /** Takes the queries of a step: which share of them is accepted, and whether those are answered before their callers give up. */
  accept(arriving: number): { accepted: number; inTime: boolean } {
    const { shedding, timeoutMs, databaseLatencyMs, stepMs } = this.settings
    if (shedding) {
      const longest = (Math.max(0, timeoutMs - databaseLatencyMs) / stepMs) * this.servedInStep
      const room = Math.max(0, longest + this.servedInStep - this.queued)
      const accepted = arriving <= 0 ? 1 : Math.min(1, room / arriving)
      this.take(arriving * accepted)
      return { accepted, inTime: true }
    }
    const inTime = this.waitMs(arriving) <= timeoutMs
    this.take(arriving)
    return { accepted: 1, inTime }
  }

  private take(queries: number): void {
    this.queued = Math.max(0, this.queued + queries - this.servedInStep)
  }
}
