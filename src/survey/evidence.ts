/**
 * What there is to survey, so that a relation over evidence that nobody gave costs nothing. Relations say it in their header:
 *   -- over: cache_commands or spans.cache
 * One line lists alternatives; of several lines each must have one. A relation that says nothing is always run.
 * What is easily got wrong: a relation that is passed over has no rows, so one that answers nothing with a row of zeros must not say it.
 */
import { tables, type Table } from '../store/schema.js'
import type { Store } from '../store/store.js'

/** Kinds of spans that a header may name, and which rows of `spans` they are. */
const kinds = {
  'spans.server': "Role = 'server'",
  'spans.client': "Role = 'client'",
  'spans.query': "Role = 'query'",
  'spans.producer': "Role = 'producer'",
  'spans.consumer': "Role = 'consumer'",
  'spans.messaging': "Role IN ('producer', 'consumer')",
  'spans.cache': "Role = 'query' AND System IN ('redis', 'valkey', 'memcached')",
} as const

type Kind = keyof typeof kinds
type Part = Table | Kind

const isKind = (part: Part): part is Kind => part in kinds

/** The lines of a header, each with its alternatives. Throws for a word that is neither a base table nor a kind of spans. */
export function partsOver(sql: string): Part[][] {
  return [...sql.matchAll(/^-- over: (.+)$/gm)].map(([, line = '']) =>
    line.split(' or ').map((word) => {
      const part = [...tables, ...(Object.keys(kinds) as Kind[])].find((known) => known === word.trim())
      if (part === undefined) throw new Error(`"over: ${line}" names "${word.trim()}", which is no evidence`)
      return part
    }),
  )
}

/** Which of the relations given have something to be made of. Asks the store only about what they name. */
export async function haveEvidence(store: Store, relations: readonly string[]): Promise<boolean[]> {
  const wanted = relations.map(partsOver)
  const named = [...new Set(wanted.flat(2))].sort()
  if (named.length === 0) return relations.map(() => true)
  const selects = named
    .filter((part) => !isKind(part))
    .map((table) => `SELECT '${table}' AS part, count() AS n FROM ${table}`)
  const spans = named.filter(isKind)
  if (spans.length > 0) {
    const counts = spans.map((kind) => `('${kind}', countIf(${kinds[kind]}))`)
    selects.push(`SELECT (arrayJoin([${counts.join(', ')}]) AS counted).1 AS part, counted.2 AS n FROM spans`)
  }
  const rows = await store.query<{ part: string; n: number }>(selects.join(' UNION ALL '))
  const present = new Set(rows.filter(({ n }) => n > 0).map(({ part }) => part))
  return wanted.map((lines) => lines.every((parts) => parts.some((part) => present.has(part))))
}
