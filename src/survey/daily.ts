/**
 * Relations that can be kept as one aggregate a day and put together again (split-relation.ts). What a merge gives is what the relation would
 * have given over all of those days. What is easily got wrong: that holds only where nothing that is aggregated crosses midnight but traces,
 * of which each day has its part; so relations of what follows one another, of samples, and of messages that must have arrived are not kept.
 */
import { createHash } from 'node:crypto'
import { splitRelation, type Split } from './split-relation.js'
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
  'statements',
  'pairs',
  'replies',
  'longCalls',
  'repeatedCalls',
  'timeoutInversions',
  'clocks',
  'entries',
  'roots',
  'consumerLinks',
  'attributeCoverage',
  'flows',
] as const satisfies readonly RelationName[]
export type DailyRelation = (typeof dailyRelations)[number]

export interface DailyPlan extends Split {
  /** Name of the table, with a hash of what it holds: another definition is another table. */
  table: string
}

/** Two levels: its parts are counts, which add up, and the services, which are told apart. */
const overview: Split = {
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

/** Its aggregates are inside, the texts of the statements beside them: the text goes with the states. */
function statements(): Split {
  const outer = relationSql('statements').replaceAll(/^--.*\n/gm, '')
  const sent = /FROM\n\(\n([^]*?)\n\) AS sent\n/.exec(outer)?.[1]
  const known =
    /LEFT ANY JOIN \((SELECT StatementHash AS KnownHash, System AS KnownSystem, Text FROM statements)\) AS known/.exec(
      outer,
    )?.[1]
  if (sent === undefined || known === undefined)
    throw new Error('statements are no longer aggregates beside their texts')
  const { keys, states, merged } = splitRelation(sent)
  return {
    keys,
    states: `SELECT sent.*, initializeAggregation('minState', known.Text) AS text FROM (${states}) AS sent LEFT ANY JOIN (${known}) AS known ON sent.StatementHash = known.KnownHash AND sent.System = known.KnownSystem`,
    merged: outer
      .replace(sent, () => merged)
      .replace(
        known,
        () =>
          'SELECT StatementHash AS KnownHash, System AS KnownSystem, minMerge(text) AS Text FROM {from} GROUP BY StatementHash, System',
      ),
  }
}

const byHand: Partial<Record<DailyRelation, () => Split>> = { overview: () => overview, statements }

/** How a relation is kept. Throws when its SQL cannot be split. */
export function dailyPlan(name: DailyRelation): DailyPlan {
  const { keys, states, merged } = byHand[name]?.() ?? splitRelation(relationSql(name))
  const hash = createHash('sha256').update(states).update(merged).digest('hex').slice(0, 8)
  return { table: `daily_${name}_${hash}`, keys: [...keys], states, merged }
}
