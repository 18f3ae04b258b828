/**
 * The database that a run makes on a server for what it derives, and drops at its end.
 * What is easily got wrong: a run that was killed cannot clean up, so the next one drops what is old and bears Faultline's comment, and nothing else.
 * Old is what is so by the slowest clock: a clock that is ahead must not drop the database of somebody who is at work.
 */
import { randomBytes } from 'node:crypto'
import { UnreadableEvidence } from '../../model/importer.js'
import type { Clocks } from './clocks.js'
import { codeOf } from './failures.js'
import type { Server } from './server.js'
import { quotedName, quotedText, workComment } from './work-tables.js'

/** Rows of a run that was never cleaned up go by themselves after so long. */
export const goneAfterMs = 24 * 3_600_000

/** A database of a run that began so long ago is nobody's any more. */
const leftAfterMs = 2 * goneAfterMs

/** Seven seconds: less than somebody who stops the run is willing to wait. */
const mostDrops = 25

/** A moment as digits, in the order of time. */
export const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/\D/g, '').slice(0, 14)

export interface WorkDatabase {
  /** Its name as long as it exists, or may exist, by this run's doing. */
  readonly name: string | undefined
  /** Returns its name. Throws `UnreadableEvidence` when somebody else's has it. */
  make(): Promise<string>
  /** Drops what was made; safe to call more than once. */
  drop(): Promise<void>
}

export interface WorkDatabaseOptions {
  /** The server's address without secrets. */
  shown: string
  clocks: () => Promise<Clocks>
}

/** `wanted` is a name given by the user; without one the database is named after the moment, by the server's clock. */
export function createWorkDatabase(
  source: Server,
  wanted: string | undefined,
  { shown, clocks }: WorkDatabaseOptions,
): WorkDatabase {
  let made: string | undefined
  let creating: Promise<void> | undefined
  let dropping: Promise<void> | undefined

  async function make(): Promise<string> {
    const { serverMs, earliestMs } = await clocks()
    const name = wanted ?? `faultline_${stamp(serverMs)}_${randomBytes(4).toString('hex')}`
    const [known] = await source.rows<{ n: number }>(
      `SELECT count() AS n FROM system.databases WHERE name = {name:String}`,
      { name: 'look for the work database', params: { name } },
    )
    if ((known?.n ?? 0) > 0)
      throw new UnreadableEvidence(
        shown,
        `already has a database ${name}`,
        'It would be dropped at the end: name one that does not exist, or leave --work-database out.',
      )
    await sweep(stamp(earliestMs - leftAfterMs))
    // From here on it is there, or may be: who stops now waits for the answer, and drops it.
    made = name
    creating = source.run(`CREATE DATABASE ${quotedName(name)} COMMENT ${quotedText(workComment)}`, {
      name: 'create the work database',
    })
    try {
      await creating
    } catch (error) {
      if (codeOf(error) !== 0) made = undefined
      throw error
    }
    return name
  }

  /** Databases of runs that could not clean up: their server died, or they were killed themselves. */
  async function sweep(before: string): Promise<void> {
    const old = await source.rows<{ name: string }>(
      `SELECT name FROM system.databases
      WHERE match(name, '^faultline_[0-9]{14}_[0-9a-f]{8}$') AND comment = {comment:String} AND substring(name, 11, 14) < {before:String}`,
      { name: 'look for left databases', params: { comment: workComment, before } },
    )
    for (const left of old)
      await source.run(`DROP DATABASE IF EXISTS ${quotedName(left.name)}`, { name: 'drop a left database' })
  }

  /** Whoever drops what is being dropped waits for that: this process may end afterwards. */
  function drop(): Promise<void> {
    return (dropping ??= dropMade().finally(() => (dropping = undefined)))
  }

  async function dropMade(): Promise<void> {
    await creating?.catch(() => undefined)
    if (made === undefined) return
    const name = made
    made = undefined
    for (let attempt = 1; ; attempt++) {
      try {
        return await source.run(`DROP DATABASE IF EXISTS ${quotedName(name)} SYNC`, {
          name: 'drop the work database',
        })
      } catch (error) {
        // A table that was being made has appeared meanwhile, or a query that was killed has not noticed yet.
        if (attempt >= mostDrops) throw error
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    }
  }

  return {
    get name() {
      return made
    },
    make,
    drop,
  }
}
