/**
 * The database that a run makes on a server for what it derives, and drops at its end.
 * What is easily got wrong: a run that was killed cannot clean up, so the next one drops what is old and bears Faultline's comment, and nothing else.
 */
import { UnreadableEvidence } from '../../model/importer.js'
import type { Server } from './server.js'
import { quotedName, quotedText, workComment } from './work-tables.js'

/** Hours after which rows of a run that was never cleaned up go by themselves. */
export const belt = 24

/** A database of a run that began so long ago is nobody's any more. */
const leftAfterMs = 2 * belt * 3_600_000

/** A moment as digits, in the order of time. */
export const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/\D/g, '').slice(0, 14)

export interface WorkDatabase {
  /** Whether it exists, by this run's doing. */
  readonly made: boolean
  /** Throws `UnreadableEvidence` when somebody else's has its name. */
  make(): Promise<void>
  /** Drops what was made; safe to call more than once. */
  drop(): Promise<void>
}

/** `shown` is the server's address without secrets. */
export function createWorkDatabase(source: Server, name: string, shown: string): WorkDatabase {
  let made = false

  async function make(): Promise<void> {
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
    await sweep()
    await source.run(`CREATE DATABASE ${quotedName(name)} COMMENT ${quotedText(workComment)}`, {
      name: 'create the work database',
    })
    made = true
  }

  /** Databases of runs that could not clean up: their server died, or they were killed themselves. */
  async function sweep(): Promise<void> {
    const old = await source.rows<{ name: string }>(
      `SELECT name FROM system.databases
      WHERE match(name, '^faultline_[0-9]{14}_[0-9a-f]{8}$') AND comment = {comment:String} AND substring(name, 11, 14) < {before:String}`,
      { name: 'look for left databases', params: { comment: workComment, before: stamp(Date.now() - leftAfterMs) } },
    )
    for (const left of old)
      await source.run(`DROP DATABASE IF EXISTS ${quotedName(left.name)}`, { name: 'drop a left database' })
  }

  async function drop(): Promise<void> {
    if (!made) return
    made = false
    for (let attempt = 1; ; attempt++) {
      try {
        return await source.run(`DROP DATABASE IF EXISTS ${quotedName(name)} SYNC`, {
          name: 'drop the work database',
        })
      } catch (error) {
        // A table that was being made has appeared meanwhile.
        if (attempt >= 5) throw error
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    }
  }

  return {
    get made() {
      return made
    },
    make,
    drop,
  }
}
