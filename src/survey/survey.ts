/** Runs relations over the base tables, each once, and only those that somebody needs. */
import { readFileSync } from 'node:fs'
import type { Store } from '../store/store.js'
import { relationPaths, type SurveyRows } from './rows.js'

export type RelationName = keyof SurveyRows

/** The SELECT of one relation. */
export function relationSql(name: RelationName): string {
  return readFileSync(new URL(`./${relationPaths[name]}.sql`, import.meta.url), 'utf8')
}

/** Rows of the relations named; `done` is told after each. Throws the engine's error, with the relation's name in front. */
export async function survey<Name extends RelationName>(
  store: Store,
  names: Iterable<Name>,
  done: (name: Name, rows: number) => void = () => {},
): Promise<Pick<SurveyRows, Name>> {
  const rows: Partial<SurveyRows> = {}
  for (const name of new Set(names)) {
    try {
      const result = await store.query(relationSql(name))
      Object.assign(rows, { [name]: result })
      done(name, result.length)
    } catch (error) {
      throw new Error(`relation ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
  return rows as Pick<SurveyRows, Name>
}
