/**
 * From imported rows to the base relations: normalise once, parse each statement once, then trace-local joins bucket by bucket,
 * so that memory follows the size of a bucket and not the length of the evidence.
 */
import { readFileSync } from 'node:fs'
import { tableDefinition, type Table } from '../store/schema.js'
import type { Store } from '../store/store.js'
import { loadParser, parseStatement } from './statements/parse-statement.js'
import { walkTrace, type WalkSpan, type WalkedSpan } from './walk.js'

/** Messages joined at a time: about 300 MB. Every step goes over all consumers, so there are as few as memory allows. */
const messagesPerStep = 1_200_000
/** Beginnings of chains of messages, and how far they are followed. */
const mostChains = 50_000
const mostHops = 8
/** Messages processed twice whose writes are compared. */
const mostWritingMessages = 1_000
/** How many of the 64 trace-hash buckets the tables are ordered by. */
const bucketCount = 64
/** Spans joined at a time: about 300 MB at the peak of the join. */
const spansPerStep = 600_000
/** Each costs two milliseconds to parse; a system with more has values in its statements' names. */
const mostStatements = 5_000
/** A 95th percentile takes 60 requests (3/(1−q)); a few more, for traces without a critical path. */
const walkedTraces = 64
const walkedSpans = 120_000

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

/** `INSERT` that goes by the names of columns, whatever their order in the SELECT. */
function fill(table: Table, select: string): string {
  const columns = [...tableDefinition(table).matchAll(/^ {4}(\w+) .*COMMENT/gm)].map((match) => match[1]).join(', ')
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (${select})`
}

/**
 * Fills `normalised`, `hosts`, `statements`, `spans`, `traces`, `deliveries`, `answers`, `repeats`, `chains` and `walks` from `otel_traces`.
 * `hostAliases` has the canonical host for hosts with another name, both in lower case.
 */
export async function prepare(
  store: Store,
  hostAliases: Readonly<Record<string, string>> = {},
  { growing = false }: PrepareOptions = {},
): Promise<PrepareResult> {
  // The grammars load while the engine works.
  const parser = loadParser()
  await store.command(fill('normalised', sql('normalise')), {
    aliased: Object.keys(hostAliases),
    aliases: Object.values(hostAliases),
  })
  await parser
  const rows = await count(store, 'normalised')
  if (!growing && rows !== (await count(store, 'otel_traces')))
    throw new Error(`normalised ${rows} rows, fewer than were imported`)

  const statements = await readStatements(store)
  const steps = bucketSteps(rows)
  for (const step of steps) await store.command(fill('hosts', sql('hosts')), step)
  for (const step of steps) {
    const repeated = await store.query<{ n: number }>(sql('repeated-ids'), step)
    const spansSql = (repeated[0]?.n ?? 0) > 0 ? sql('spans') : sql('spans').replace(/^.*-- repeated ids$/gm, '')
    await store.command(fill('spans', spansSql), step)
    await store.command(fill('traces', sql('traces')), step)
  }
  const spans = await count(store, 'spans')
  const distinct = await store.query<{ n: number }>('SELECT uniqExact(SpanKey) AS n FROM spans')
  await store.command('TRUNCATE TABLE normalised')
  await deliver(store, spans === distinct[0]?.n)
  await walk(store)
  return {
    spans,
    traces: await count(store, 'traces'),
    duplicates: rows - spans,
    conflicts: spans - (distinct[0]?.n ?? 0),
    ...statements,
  }
}

/** Joins producers and consumers; `distinctIds` says that no two spans share their ids. Nothing is asked where there are no messages. */
async function deliver(store: Store, distinctIds: boolean): Promise<void> {
  const messages = await store.query<{ n: number }>("SELECT countIf(Role IN ('producer', 'consumer')) AS n FROM spans")
  const n = messages[0]?.n ?? 0
  if (n === 0) return
  const steps = bucketSteps(n, messagesPerStep)
  const byTrace = distinctIds ? sql('deliveries').replace(/^.*-- repeated ids$/gm, '') : sql('deliveries')
  for (const step of steps) await store.command(fill('deliveries', byTrace), step)
  for (const step of steps) await store.command(fill('deliveries', sql('deliveries-by-id')), step)
  for (const step of steps) await store.command(fill('deliveries', sql('undelivered')), step)
  await store.command(fill('answers', sql('answers')))
  await store.command(fill('repeats', sql('repeats')), { most: mostWritingMessages })
  await store.command(fill('chains', sql('first-hops')), { most: mostChains })
  for (let hop = 1; hop < mostHops; hop++) {
    await store.command(fill('chains', sql('next-hops')), { hop })
    const reached = await store.query<{ n: number }>('SELECT max(Hop) AS n FROM chains')
    if ((reached[0]?.n ?? 0) <= hop) break
  }
}

/** Ranges of buckets that hold about `rowsPerStep` rows each. */
function bucketSteps(rows: number, rowsPerStep: number = spansPerStep): { first: number; last: number }[] {
  const steps = Math.min(bucketCount, Math.max(1, Math.ceil(rows / rowsPerStep)))
  return Array.from({ length: steps }, (_, index) => ({
    first: Math.floor((index * bucketCount) / steps),
    last: Math.floor(((index + 1) * bucketCount) / steps) - 1,
  }))
}

async function count(store: Store, table: string): Promise<number> {
  const rows = await store.query<{ n: number }>(`SELECT count() AS n FROM ${table}`)
  return rows[0]?.n ?? 0
}

async function readStatements(store: Store): Promise<{ unparsedStatements: number; truncatedStatements: number }> {
  const distinct = await store.query<{
    statementHash: string
    system: string
    shortest: string
    text: string
    spans: number
  }>(sql('distinct-statements'), { most: mostStatements })
  const carriers = await store.query<{ n: number }>(
    "SELECT count() AS n FROM normalised WHERE StatementHash != 0 AND System NOT IN ('redis', 'valkey', 'memcached')",
  )
  // Statements beyond the bound are not parsed, and that is a loss too.
  let unparsedStatements = (carriers[0]?.n ?? 0) - distinct.reduce((sum, { spans }) => sum + spans, 0)
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

async function walk(store: Store): Promise<void> {
  const operations = await store.query<{ n: number }>('SELECT uniqExact(RootService, RootOperation) AS n FROM traces')
  const perOperation = Math.max(1_000, Math.floor(walkedSpans / Math.max(1, operations[0]?.n ?? 1)))
  const spans = await store.query<WalkSpan>(sql('walk-sample'), { traces: walkedTraces, spans: perOperation })
  const walked: WalkedSpan[] = []
  let start = 0
  for (let index = 1; index <= spans.length; index++) {
    if (index < spans.length && spans[index]?.traceId === spans[start]?.traceId) continue
    for (const row of walkTrace(spans.slice(start, index))) walked.push(row)
    start = index
  }
  await store.insert('walks', walked)
}
