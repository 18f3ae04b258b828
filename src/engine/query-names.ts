/** What a query is for, in a word or two, for query logs and errors: a relation's name, or the table that it fills. */
import { relationPaths } from '../survey/rows.js'
import { relationSql, type RelationName } from '../survey/survey.js'

let names: Map<string, string> | undefined

export function nameOf(sql: string): string {
  if (!names) {
    names = new Map()
    for (const name of Object.keys(relationPaths)) names.set(relationSql(name as RelationName), name)
  }
  const known = names.get(sql)
  if (known !== undefined) return known
  const filled = /^\s*INSERT INTO (\w+)/.exec(sql)?.[1]
  if (filled !== undefined) return `fill ${filled}`
  const read = /\bFROM (\w+)/.exec(sql)?.[1]
  return read === undefined ? 'query' : `read ${read}`
}
