/** A circuit breaker: after some failures in a row nobody calls for a while, so that a sick callee can recover and callers do not wait. */
export class Breaker {
  private failures = 0
  private openUntil = 0

  constructor(
    private readonly most: number,
    private readonly restMs: number,
  ) {}

  async call<Result>(work: () => Promise<Result>): Promise<Result> {
    if (Date.now() < this.openUntil) throw new Error('circuit open')
    try {
      const result = await work()
      this.failures = 0
      return result
    } catch (error) {
      this.failures += 1
      if (this.failures >= this.most) {
        this.openUntil = Date.now() + this.restMs
        this.failures = 0
      }
      throw error
    }
  }
}
