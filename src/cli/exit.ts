/**
 * Exit codes, and the error that carries one. Scripts read these numbers: they never change meaning.
 */
export const exitCodes = {
  /** The gate passed. */
  passed: 0,
  /** The gate failed: there is a finding at or above `--fail-on`. */
  failed: 1,
  /** Bad invocation, or evidence that cannot be read. */
  invocation: 2,
  /** Faultline itself failed. */
  broken: 3,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A mistake in what was asked for: told in a sentence with a remedy, without a stack. */
export class InvocationError extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message)
    this.name = 'InvocationError'
  }
}
