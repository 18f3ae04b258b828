/**
 * Runs relations over the base tables, each once, and only those that somebody needs and that have something to be made of.
 * All are asked for at once: how many run side by side is the store's to say.
 */
import { readFileSync } from 'node:fs'
import { derivedTables, givenTables, type Table } from '../store/schema.js'
import type { Store } from '../store/store.js'
import { inTurns } from '../store/turns.js'
import { haveEvidence, partsOver } from './evidence.js'
import type { Filling } from './prepare.js'
import { relationPaths, type SurveyRows } from './rows.js'

export type RelationName = keyof SurveyRows

/** The SELECT of one relation. */
export function relationSql(name: RelationName): string {
  return readFileSync(new URL(`./${relationPaths[name]}.sql`, import.meta.url), 'utf8')
}

const withoutComments = (sql: string): string => sql.replaceAll(/^\s*-- (?!over: ).*$/gm, '')

/** Whether a relation is made of what was imported alone, so that it need not wait for what is derived from that. */
export function readsOnlyGiven(name: RelationName): boolean {
  const sql = relationSql(name)
  const read = [...withoutComments(sql).matchAll(/\b(?:FROM|JOIN|IN)\s+(\w+)/g)].map(([, table]) => table)
  const derived: readonly (string | undefined)[] = derivedTables
  const given: readonly string[] = givenTables
  return (
    !read.some((table) => derived.includes(table)) &&
    partsOver(sql)
      .flat()
      .every((part) => given.includes(part))
  )
}

/** Those that take longest, longest first: begun last, one of them would be waited for by an idle processor. */
const longest: readonly RelationName[] = [
  'sensitiveValues',
  'dualWrites',
  'failingSpells',
  'ownTime',
  'repeatedQueries',
  'spanNames',
  'synchronousWrites',
]

const rankOf = (name: RelationName): number => {
  const rank = longest.indexOf(name)
  return rank < 0 ? longest.length : rank
}

export interface SurveyOptions<Name extends RelationName> {
  /** Told after each relation. */
  done?: ((name: Name, rows: number) => void) | undefined
  /** Tables that are not yet filled: they are if somebody reads them, and who does waits for it. */
  later?: ReadonlyMap<Table, Filling> | undefined
}

/** Rows of the relations named. Throws the engine's error, with the relation's name in front. */
export async function survey<Name extends RelationName>(
  store: Store,
  names: Iterable<Name>,
  { done = () => {}, later = new Map<Table, Filling>() }: SurveyOptions<Name> = {},
): Promise<Pick<SurveyRows, Name>> {
  const queued = inTurns(store)
  const groups = new Map<string, { after: Filling[]; relations: (readonly [name: Name, sql: string])[] }>()
  for (const name of [...new Set(names)].sort((a, b) => rankOf(a) - rankOf(b))) {
    const sql = relationSql(name)
    const words = new Set(withoutComments(sql).match(/\w+/g))
    const after = [...new Set([...later].filter(([table]) => words.has(table)).map(([, filling]) => filling))]
    const key = after.map((filling) => [...later.values()].indexOf(filling)).join(' ')
    const group = groups.get(key) ?? { after, relations: [] }
    group.relations.push([name, sql])
    groups.set(key, group)
  }
  const parts = await Promise.allSettled(
    [...groups.values()].map(async ({ after, relations }) => {
      await Promise.all(after.map((filling) => filling()))
      const evident = await haveEvidence(
        queued,
        relations.map(([, sql]) => sql),
      )
      return Promise.allSettled(
        relations.map(async ([name, sql], index): Promise<Answer> => {
          const rows = evident[index] === true ? await answer(queued, name, sql) : []
          done(name, rows.length)
          return [name, rows]
        }),
      )
    }),
  )
  // All have ended by now, so that nothing is still at work when the caller hears of a failure.
  const answers = parts.flatMap((part) => (part.status === 'fulfilled' ? part.value : [part]))
  for (const each of answers) if (each.status === 'rejected') throw each.reason
  return Object.fromEntries(
    answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
  ) as unknown as Pick<SurveyRows, Name>
}

type Answer = readonly [name: RelationName, rows: unknown[]]

async function answer(store: Store, name: RelationName, sql: string): Promise<unknown[]> {
  try {
    return await store.query(sql)
  } catch (error) {
    throw new Error(`relation ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
