/**
 * `--charter` and `--as-of`: what the system is for, and the day that its dates are compared with.
 * The day never comes from the clock: the same evidence and charter give the same report tomorrow.
 */
import { resolve } from 'node:path'
import type { Charter } from '../model/charter.js'
import type { Environment } from './environment.js'
import { InvocationError } from './exit.js'

/** Throws CharterError when the charter cannot be used. */
export async function charterOf(environment: Environment, path: string | undefined): Promise<Charter | undefined> {
  if (path === undefined) return undefined
  // Messages name the file as the user did.
  const name = environment.folder === process.cwd() ? path : resolve(environment.folder, path)
  const { loadCharter } = await import('../charter/load.js')
  return loadCharter(name, { audits: await environment.loadAudits() })
}

/** An ISO date as given, or an error that says what one looks like. */
export function asOfDate(text: string): string {
  const day = new Date(`${text}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) {
    return text
  }
  throw new InvocationError(`--as-of ${text} is no date`, 'Write it as year, month and day: --as-of 2027-03-01')
}
