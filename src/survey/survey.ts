/**
 * Runs relations over the base tables, each once, and only those that somebody needs and that have something to be made of.
 * All are asked for at once: how many run side by side is the store's to say.
 */
import { readFileSync } from 'node:fs'
import type { Store } from '../store/store.js'
import { haveEvidence } from './evidence.js'
import { relationPaths, type SurveyRows } from './rows.js'

export type RelationName = keyof SurveyRows

/** The SELECT of one relation. */
export function relationSql(name: RelationName): string {
  return readFileSync(new URL(`./${relationPaths[name]}.sql`, import.meta.url), 'utf8')
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

/** Rows of the relations named; `done` is told after each. Throws the engine's error, with the relation's name in front. */
export async function survey<Name extends RelationName>(
  store: Store,
  names: Iterable<Name>,
  done: (name: Name, rows: number) => void = () => {},
): Promise<Pick<SurveyRows, Name>> {
  const asked = [...new Set(names)].sort((a, b) => rankOf(a) - rankOf(b))
  const texts = asked.map(relationSql)
  const evident = await haveEvidence(store, texts)
  const answers = await Promise.allSettled(
    asked.map(async (name, index) => {
      const rows = evident[index] === true ? await store.query(texts[index] ?? '') : []
      done(name, rows.length)
      return [name, rows] as const
    }),
  )
  answers.forEach((answer, index) => {
    if (answer.status === 'fulfilled') return
    const { reason } = answer as { reason: unknown }
    const words = reason instanceof Error ? reason.message : String(reason)
    throw new Error(`relation ${asked[index]}: ${words}`, { cause: reason })
  })
  const rows = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  return Object.fromEntries(rows) as Pick<SurveyRows, Name>
}
