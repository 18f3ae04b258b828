/**
 * From imported rows to the base relations: normalise once, parse each statement once, then trace-local joins bucket by bucket,
 * so that memory follows the size of a bucket and not the length of the evidence.
 */
import { readFileSync } from 'node:fs'
import { together } from '../lib/together.js'
import type { Table } from '../store/schema.js'
import type { Settings, Store } from '../store/store.js'
import { inTurns } from '../store/turns.js'
import { normalise } from './normalise.js'
import { bucketSteps, fill, touchCaches, type Step } from './prepare-caches.js'
import { loadParser, parseStatement } from './statements/parse-statement.js'
import { walkSample } from './prepare-walks.js'

/** Messages joined at a time: about 300 MB. Every step goes over all consumers, so there are as few as memory allows. */
const messagesPerStep = 1_300_000
/** Messages looked for among those that arrived, of which only numbers are held: about 300 MB. */
const messagesPerSearch = 4_000_000
/** Beginnings of chains of messages, and how far they are followed. */
const mostChains = 50_000
const mostHops = 8
/** Messages processed twice whose writes are compared. */
const mostWritingMessages = 1_000
/** Spans joined at a time: about 300 MB at the peak of the join. */
const spansPerStep = 600_000
/**
 * Where most are a trace of their own, there is little to join them with. A part of `spans` is 250 files, which cost as much as sorting it, so there are
 * fewer and larger ones then: of half a step, since two threads write.
 */
const loneSpansPerStep = 900_000
const inLargeParts: Settings = { min_insert_block_size_rows: loneSpansPerStep / 2 }
/** Each costs two milliseconds to parse; a system with more has values in its statements' names. */
const mostStatements = 5_000
export interface PrepareResult {
  spans: number
  traces: number
  /** Rows that repeat a span in every respect. */
  duplicates: number
  /** Spans that share their ids with another, different span. */
  conflicts: number
  unparsedStatements: number
  truncatedStatements: number
}

export interface PrepareOptions {
  /** Whether rows may still come into `otel_traces`, so that it cannot be counted twice. */
  growing?: boolean
}

function sql(name: string): string {
  return readFileSync(new URL(`./prepare/${name}.sql`, import.meta.url), 'utf8')
}

/** What the spans are like: lines of SQL that end in a comment with one of these words are for such spans alone. */
type Likeness = 'repeated ids' | 'lone traces'

/** Of a bucket; most spans of lone traces begin one, and no trace begins twice. */
async function likenessOf(store: Store, step: Step): Promise<Record<Likeness, boolean> & { step: Step }> {
  const { Rows, Ids, Beginnings, Begun } = await one<Record<'Rows' | 'Ids' | 'Beginnings' | 'Begun', number>>(
    store,
    sql('likeness'),
    step,
  )
  return { step, 'repeated ids': Ids < Rows, 'lone traces': Beginnings > Rows / 2 && Begun === Beginnings }
}

function sqlFor(name: string, likeness: Readonly<Record<Likeness, boolean>>): string {
  return Object.entries(likeness).reduce(
    (text, [word, holds]) => (holds ? text : text.replaceAll(new RegExp(`^.*-- ${word}$`, 'gm'), '')),
    sql(name),
  )
}

/** Fills a table, once however often it is called; to be waited for before the table is read. */
export type Filling = () => Promise<void>

/** `later` has the tables that are not yet filled. */
export interface Prepared extends PrepareResult {
  later: ReadonlyMap<Table, Filling>
}

/**
 * Fills `normalised`, `hosts`, `broker_hosts`, `statements`, `spans`, `traces`, `deliveries`, `answers`, `repeats`, `chains`, `accesses` and `walks` from `otel_traces`.
 * `hostAliases` has the canonical host for hosts with another name, both in lower case.
 */
export async function prepare(
  store: Store,
  hostAliases?: Readonly<Record<string, string>>,
  options?: PrepareOptions,
): Promise<PrepareResult> {
  const { later, ...result } = await prepareAhead(store, hostAliases, options)
  await Promise.all([...later.values()].map((filling) => filling()))
  return result
}

/** As `prepare`, but without the tables that few relations read: they can be filled while the others are surveyed. */
export async function prepareAhead(
  given: Store,
  hostAliases: Readonly<Record<string, string>> = {},
  { growing = false }: PrepareOptions = {},
): Promise<Prepared> {
  const store = inTurns(given)
  // The grammars load while the engine works.
  const parser = loadParser()
  await normalise(store, hostAliases, growing)
  await parser
  const { rows, carriers, beginnings } = await one<{ rows: number; carriers: number; beginnings: number }>(
    store,
    `SELECT count() AS rows, countIf(StatementHash != 0 AND System NOT IN ('redis', 'valkey', 'memcached')) AS carriers,
      countIf(ParentKey = 0) AS beginnings
    FROM normalised`,
  )
  if (!growing && rows !== (await one<{ n: number }>(store, 'SELECT count() AS n FROM otel_traces')).n)
    throw new Error(`normalised ${rows} rows, fewer than were imported`)

  // What is one step anyhow is small, and is kept in small blocks.
  const mostlyLone = rows > spansPerStep && beginnings > rows / 2
  const writing = mostlyLone ? inLargeParts : {}
  const steps = bucketSteps(rows, mostlyLone ? loneSpansPerStep : spansPerStep)
  const [statements, likenesses] = await together(
    readStatements(store, carriers),
    inTurn(steps, (step) => likenessOf(store, step)),
    inTurn(steps, (step) => store.command(fill('hosts', sql('hosts')), step)),
    store.command(fill('broker_hosts', sql('broker-hosts'))),
  )
  for (const { step, ...likeness } of likenesses)
    await store.command(fill('spans', sqlFor('spans', likeness)), step, writing)
  // Waited for by those who read what is made of it.
  const touched = touchCaches(store, steps)
  touched.catch(() => undefined)
  const [{ traces, operations }, { spans, distinct, messages }] = await together(
    inTurn(likenesses, (each) => gatherTraces(store, each.step, each['lone traces'])).then(() =>
      one<{ traces: number; operations: number }>(
        store,
        'SELECT count() AS traces, uniqExact(cityHash64(RootService, RootOperation)) AS operations FROM traces',
      ),
    ),
    one<{ spans: number; distinct: number; messages: number }>(
      store,
      `SELECT count() AS spans, ${likenesses.some((each) => each['repeated ids']) ? 'uniqExact(SpanKey)' : 'count()'} AS distinct,
        countIf(Role IN ('producer', 'consumer')) AS messages
      FROM spans`,
    ),
  ).catch(async (error: unknown) => {
    await Promise.allSettled([touched])
    throw error
  })
  const walked = once(() => walkSample(store, operations))
  const delivered = once(() => deliver(store, messages, spans === distinct, writing))
  return {
    spans,
    traces,
    duplicates: rows - spans,
    conflicts: spans - distinct,
    ...statements,
    later: new Map<Table, Filling>([
      ['walks', walked],
      ['accesses', once(() => judgeCaches(store, touched))],
      ['deliveries', delivered],
      ['answers', delivered],
      ['repeats', delivered],
      ['chains', delivered],
    ]),
  }
}

/** Fills `traces`; `lone` says that most are one span, and that no trace begins twice. */
async function gatherTraces(store: Store, step: Step, lone: boolean): Promise<void> {
  if (lone) await store.command(fill('traces', sql('lone-traces')), step)
  await store.command(fill('traces', sqlFor('traces', { 'repeated ids': true, 'lone traces': lone })), step)
}

/** Fills `accesses` of what was touched, which is the last that `normalised` is needed for. */
async function judgeCaches(store: Store, touched: Promise<Filling>): Promise<void> {
  const judge = await touched
  await store.command('TRUNCATE TABLE normalised')
  await judge()
}

function once(work: Filling): Filling {
  let begun: Promise<void> | undefined
  return () => (begun ??= work())
}

/** Joins producers and consumers; `distinctIds` says that no two spans share their ids. Nothing is asked where there are no messages. */
async function deliver(store: Store, messages: number, distinctIds: boolean, writing: Settings): Promise<void> {
  if (messages === 0) return
  const steps = bucketSteps(messages, messagesPerStep)
  const byTrace = sqlFor('deliveries', { 'repeated ids': !distinctIds, 'lone traces': false })
  for (const step of steps) await store.command(fill('deliveries', byTrace), step, writing)
  for (const step of steps) await store.command(fill('deliveries', sql('deliveries-by-id')), step)
  for (const step of bucketSteps(messages, messagesPerSearch))
    await store.command(fill('deliveries', sql('undelivered')), step)
  await store.command(fill('answers', sql('answers')))
  await store.command(fill('repeats', sql('repeats')), { most: mostWritingMessages })
  await store.command(fill('chains', sql('first-hops')), { most: mostChains })
  for (let hop = 1; hop < mostHops; hop++) {
    await store.command(fill('chains', sql('next-hops')), { hop })
    const { n } = await one<{ n: number }>(store, 'SELECT max(Hop) AS n FROM chains')
    if (n <= hop) break
  }
}

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}

async function one<Row>(store: Store, select: string, params?: Record<string, unknown>): Promise<Row> {
  const [row] = await store.query<Row>(select, params)
  if (row === undefined) throw new Error(`no row from ${select}`)
  return row
}

/** `carriers` is how many spans have a statement. */
async function readStatements(
  store: Store,
  carriers: number,
): Promise<{ unparsedStatements: number; truncatedStatements: number }> {
  const distinct = await store.query<{
    statementHash: string
    system: string
    shortest: string
    text: string
    spans: number
  }>(sql('distinct-statements'), { most: mostStatements })
  // Statements beyond the bound are not parsed, and that is a loss too.
  let unparsedStatements = carriers - distinct.reduce((sum, { spans }) => sum + spans, 0)
  let truncatedStatements = 0
  const rows: object[] = []
  for (const { statementHash, system, shortest, text, spans } of distinct) {
    const read = await parseStatement(system, shortest)
    if (!read.parsed) unparsedStatements += spans
    if (read.truncated) truncatedStatements += spans
    rows.push({
      StatementHash: statementHash,
      System: system,
      Text: text,
      Command: read.command,
      Access: read.access,
      TablesRead: read.tablesRead,
      TablesWritten: read.tablesWritten,
      Locks: read.locks ? 1 : 0,
      Parsed: read.parsed ? 1 : 0,
      Truncated: read.truncated ? 1 : 0,
    })
  }
  await store.insert('statements', rows)
  return { unparsedStatements, truncatedStatements }
}
