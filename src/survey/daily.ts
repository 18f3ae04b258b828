/**
 * Relations that can be kept as one aggregate a day and put together again: each aggregate function of the relation becomes its state,
 * kept by the relation's own keys, and merged later. What a merge gives is what the relation would have given over all of those days.
 * What is easily got wrong: only relations of one level can be split like this; where aggregates are aggregated, the states of days do not add up.
 */
import { createHash } from 'node:crypto'
import { relationSql, type RelationName } from './survey.js'

/** Those that are kept. A relation that is not among them is only known of the last day. */
export const dailyRelations = [
  'overview',
  'services',
  'requests',
  'calls',
  'serviceEdges',
  'storeUse',
  'tableUse',
  'destinationUse',
] as const satisfies readonly RelationName[]
export type DailyRelation = (typeof dailyRelations)[number]

export interface DailyPlan {
  /** Name of the table, with a hash of what it holds: another definition is another table. */
  table: string
  /** Names of the columns that days are grouped by. */
  keys: string[]
  /** SELECT of keys and states over the base tables of a day. */
  states: string
  /** SELECT of the relation from the table `{from}`, which is limited to the days wanted. */
  merged: string
}

const functions =
  /\b(count|countIf|sum|sumIf|min|max|argMin|argMax|uniqExact|uniqExactIf|quantileExact|quantileExactIf|groupArraySorted|groupArraySortedIf|groupUniqArray|groupUniqArrayArray)\(/g

/** The one relation of two levels: its parts are counts, which add up, and the services, which are told apart. */
const overview = {
  keys: [],
  states: `SELECT
    sumState(toUInt64(Spans)) AS s0, sumState(toUInt64(1)) AS s1, uniqExactArrayState(arrayMap(name -> toString(name), Names)) AS s2,
    minState(FirstNs) AS s3, maxState(LastNs) AS s4, sumState(toUInt64(Clients)) AS s5, sumState(toUInt64(Queries)) AS s6, sumState(toUInt64(Messages)) AS s7
FROM
(
    SELECT
        count() AS Spans, groupUniqArray(Service) AS Names, min(StartNs) AS FirstNs, max(EndNs) AS LastNs, countIf(Role = 'client') AS Clients,
        countIf(Role = 'query') AS Queries, countIf(Role IN ('producer', 'consumer')) AS Messages
    FROM spans
    GROUP BY TraceId
)`,
  merged: `SELECT
    sumMerge(s0) AS spans, sumMerge(s1) AS traces, uniqExactArrayMerge(s2) AS services, intDiv(minMerge(s3), 1000000) AS startMs,
    intDiv(maxMerge(s4), 1000000) AS endMs, sumMerge(s5) AS clientSpans, sumMerge(s6) AS querySpans, sumMerge(s7) AS messagingSpans
FROM {from}`,
}

/** How a relation is kept. Throws when its SQL has more than one level. */
export function dailyPlan(name: DailyRelation): DailyPlan {
  const { keys, states, merged } = name === 'overview' ? overview : split(relationSql(name))
  const hash = createHash('sha256').update(states).update(merged).digest('hex').slice(0, 8)
  return { table: `daily_${name}_${hash}`, keys: [...keys], states, merged }
}

function split(text: string): Omit<DailyPlan, 'table'> {
  const sql = text.replaceAll(/^--.*\n/gm, '').trim()
  const from = topLevel(sql, 'FROM')
  const group = topLevel(sql, 'GROUP BY')
  const order = topLevel(sql, 'ORDER BY')
  if (from < 0 || group < from || order < group)
    throw new Error('a relation of one level has FROM, GROUP BY and ORDER BY')
  const keys = sql
    .slice(group + 'GROUP BY'.length, order)
    .split(',')
    .map((key) => key.trim())
  for (const key of keys) if (!/^\w+$/.test(key)) throw new Error(`the key ${key} is no column`)
  const head = sql.slice(0, from)
  if (/\bOVER\b/.test(head)) throw new Error('a window goes over rows that days do not have')
  const calls: string[] = []
  let merged = ''
  let at = 0
  functions.lastIndex = 0
  for (let match = functions.exec(head); match; match = functions.exec(head)) {
    const first = closing(head, match.index + match[0].length - 1)
    const isParametric = head[first + 1] === '('
    const end = isParametric ? closing(head, first + 1) : first
    const [call, named] = [head.slice(match.index, end + 1), match[1] ?? '']
    const params = isParametric ? head.slice(match.index + named.length, first + 1) : ''
    const state = `${named}State${call.slice(named.length)}`
    const known = calls.indexOf(state)
    const index = known < 0 ? calls.push(state) - 1 : known
    merged += `${head.slice(at, match.index)}${named}Merge${params}(s${index.toString()})`
    at = end + 1
    functions.lastIndex = at
  }
  merged += head.slice(at)
  const columns = [...keys, ...calls.map((state, index) => `${state} AS s${index.toString()}`)]
  return {
    keys,
    states: `SELECT ${columns.join(',\n    ')}\n${sql.slice(from, order).trim()}`,
    merged: `${merged}FROM {from}\nGROUP BY ${keys.join(', ')}\n${sql.slice(order)}`,
  }
}

/** Where the parenthesis that opens at `open` closes. */
function closing(sql: string, open: number): number {
  let depth = 0
  let quoted = false
  for (let at = open; at < sql.length; at++) {
    if (sql[at] === "'") quoted = !quoted
    else if (!quoted && sql[at] === '(') depth += 1
    else if (!quoted && sql[at] === ')' && --depth === 0) return at
  }
  throw new Error('a parenthesis does not close')
}

/** Where a word stands outside of all parentheses; the last place. */
function topLevel(sql: string, word: string): number {
  let depth = 0
  let found = -1
  for (let at = 0; at < sql.length; at++) {
    if (sql[at] === '(') depth += 1
    else if (sql[at] === ')') depth -= 1
    else if (depth === 0 && sql.startsWith(word, at) && /\s/.test(sql[at - 1] ?? ' ')) found = at
  }
  return found
}
