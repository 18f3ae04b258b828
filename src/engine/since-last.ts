/**
 * An audit over many days that reads only those it has not read before: of each day, the aggregates of some relations are kept as states
 * in a database that the user names, and put together again. Audits whose needs are all among these are judged over the whole window;
 * the others over the last day, and the report says which is which.
 * What is easily got wrong: a day counts only once its line in `days` is there, written last; what a broken run left is passed over.
 */
import { UnreadableEvidence } from '../model/importer.js'
import type { Clocks } from '../store/clickhouse/clocks.js'
import { stamp } from '../store/clickhouse/work-database.js'
import { quotedName } from '../store/clickhouse/work-tables.js'
import type { ClickHouseStore } from '../store/cluster.js'
import { dailyPlan, dailyRelations, type DailyPlan, type DailyRelation } from '../survey/daily.js'
import { prepare, type PrepareResult } from '../survey/prepare.js'
import type { SurveyRows } from '../survey/rows.js'

const dayMs = 86_400_000
/** Spans come late; a day that has just ended is not kept yet. */
const settleMs = 15 * 60_000

export interface KeptDays {
  /** Rows of the kept relations over the whole window. */
  rows: Pick<SurveyRows, DailyRelation>
  /** ISO dates: read in this run, and taken from what was kept. */
  read: string[]
  kept: string[]
  prepared: PrepareResult
}

export interface SinceLast {
  /** Where states are kept. */
  database: string
  /** What they are of: another table, other services or another sample must not be mixed with them. */
  source: string
  fromMs: number
  toMs: number
  hostAliases: Readonly<Record<string, string>>
  /** Begins the derived tables anew, over one day. */
  begin(fromMs: number, toMs: number): Promise<void>
}

export async function readNewDays(store: ClickHouseStore, asked: SinceLast): Promise<KeptDays> {
  const clocks = await store.clocks()
  const days = daysOf(asked, clocks, store.address.shown)
  const plans = dailyRelations.map((name) => ({ name, plan: dailyPlan(name) }))
  const signature = plans.map(({ plan }) => plan.table).join(' ')
  const db = quotedName(asked.database)
  await store.keep(`CREATE DATABASE IF NOT EXISTS ${db}`)
  await store.keep(
    `CREATE TABLE IF NOT EXISTS ${db}.days (Source String, Signature String, Day Date, Attempt String, Spans UInt64)
    ENGINE = MergeTree ORDER BY (Source, Signature, Day, Attempt)`,
  )
  const known = await store.look<{ day: string; attempt: string }>(
    `SELECT toString(Day) AS day, max(Attempt) AS attempt FROM ${db}.days
    WHERE Source = {source:String} AND Signature = {signature:String} GROUP BY Day ORDER BY Day`,
    { source: asked.source, signature },
  )
  const attempts = new Map(known.map(({ day, attempt }) => [day, attempt]))
  // The last day is read in any case: what is not kept is judged over it.
  const last = days.at(-1) ?? ''
  const wanted = days.filter((day) => day === last || !attempts.has(day))
  let prepared: PrepareResult | undefined
  for (const day of wanted) {
    const start = Date.parse(`${day}T00:00:00Z`)
    await asked.begin(start, start + dayMs)
    prepared = await prepare(store, asked.hostAliases, { growing: true })
    const attempt = `${stamp(clocks.serverMs)}_${store.run}-${day}`
    for (const { plan } of plans) await keepDay(store, db, plan, { source: asked.source, day, attempt })
    await store.command(
      `INSERT INTO ${db}.days VALUES ({source:String}, {signature:String}, {day:Date}, {attempt:String}, {spans:UInt64})`,
      { source: asked.source, signature, day, attempt, spans: prepared.spans },
    )
    attempts.set(day, attempt)
  }
  if (!prepared) throw new Error('no day was read')
  const params = { source: asked.source, attempts: days.map((day) => attempts.get(day) ?? '') }
  const rows: Record<string, unknown> = {}
  for (const { name, plan } of plans) {
    const from = `(SELECT * FROM ${db}.${plan.table} WHERE Source = {source:String} AND Attempt IN {attempts:Array(String)})`
    rows[name] = await store.query(
      plan.merged.replaceAll('{from}', () => from),
      params,
    )
  }
  return {
    rows: rows as Pick<SurveyRows, DailyRelation>,
    read: wanted,
    kept: days.filter((day) => !wanted.includes(day)),
    prepared,
  }
}

async function keepDay(
  store: ClickHouseStore,
  db: string,
  { table, keys, states }: DailyPlan,
  at: { source: string; day: string; attempt: string },
): Promise<void> {
  const select = `SELECT {source:String} AS Source, {attempt:String} AS Attempt, toDate({day:String}) AS Day, * FROM (${states})`
  const order = ['Source', 'Day', 'Attempt', ...keys].join(', ')
  const plain = select.replaceAll(/\{(\w+):String\}/g, "''").replace("toDate('')", "toDate('2000-01-01')")
  await store.command(
    `CREATE TABLE IF NOT EXISTS ${db}.${table} ENGINE = AggregatingMergeTree ORDER BY (${order}) EMPTY AS ${plain}`,
  )
  await store.command(`INSERT INTO ${db}.${table} ${select}`, at)
}

function daysOf({ fromMs, toMs }: SinceLast, { earliestMs, latestMs }: Clocks, shown: string): string[] {
  if (fromMs % dayMs !== 0 || toMs % dayMs !== 0)
    throw new UnreadableEvidence(
      shown,
      'is to be read by days, and the window does not begin and end with one',
      'Give dates without a time: --from 2027-03-01 --to 2027-03-31',
    )
  if (toMs + settleMs > earliestMs) {
    const differ = latestMs - earliestMs > 60_000 ? `, and clocks differ by ${minutes(latestMs - earliestMs)}` : ''
    throw new UnreadableEvidence(
      shown,
      `is to be read by days, and the last one has not ended, or only just (${moment(earliestMs)} by the slowest clock of this machine and the servers${differ})`,
      'End the window before it; spans come late.',
    )
  }
  return Array.from({ length: (toMs - fromMs) / dayMs }, (_, index) =>
    new Date(fromMs + index * dayMs).toISOString().slice(0, 10),
  )
}

const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
const minutes = (ms: number): string => `${Math.round(ms / 60_000).toLocaleString('en')} minutes`
