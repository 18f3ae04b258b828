/**
 * The proof traces that a report carries: for each finding the first of its traces, each trace once.
 * A huge trace is cut to the offending spans, their ancestors and what stands around them.
 */
import type { Finding } from '../model/finding.js'
import type { Exhibit, ExhibitSpan } from '../model/report.js'
import type { Store } from '../store/store.js'

const mostExhibits = 80
const mostSpans = 120
const mostSpansRead = 20_000

interface Row extends ExhibitSpan {
  traceId: string
}

const select = `
SELECT
    spans.TraceId AS traceId,
    spans.SpanId AS spanId,
    spans.ParentSpanId AS parentSpanId,
    spans.Service AS service,
    spans.Operation AS operation,
    spans.Kind AS kind,
    (spans.StartNs - trace.FirstNs) / 1e6 AS startMs,
    spans.DurationNs / 1e6 AS durationMs,
    toBool(spans.Error) AS error,
    left(statement.Text, 400) AS statement
FROM spans
INNER JOIN (SELECT TraceId, FirstNs FROM traces WHERE TraceId IN {traceIds:Array(String)}) AS trace ON spans.TraceId = trace.TraceId
LEFT ANY JOIN statements AS statement ON spans.StatementHash = statement.StatementHash AND spans.System = statement.System
WHERE spans.TraceId IN {traceIds:Array(String)}
ORDER BY traceId, startMs, spanId
LIMIT {most:UInt32} BY traceId`

/** Reads the traces of the findings given (ranked), and cuts each to a readable size. */
export async function readExhibits(store: Store, findings: readonly Finding[]): Promise<Exhibit[]> {
  const offending = new Map<string, Set<string>>()
  for (const finding of findings) {
    const traceId = finding.proof.traceIds[0]
    if (traceId === undefined) continue
    if (!offending.has(traceId) && offending.size >= mostExhibits) continue
    const spans = offending.get(traceId) ?? new Set<string>()
    for (const spanId of finding.proof.spanIds) spans.add(spanId)
    offending.set(traceId, spans)
  }
  const traceIds = [...offending.keys()].sort()
  if (traceIds.length === 0) return []
  const rows = await store.query<Row>(select, { traceIds, most: mostSpansRead })
  const traces = new Map<string, Row[]>()
  for (const row of rows) {
    const spans = traces.get(row.traceId)
    if (spans) spans.push(row)
    else traces.set(row.traceId, [row])
  }
  return traceIds.flatMap((traceId) => {
    const spans = traces.get(traceId)
    return spans ? [cut(traceId, spans, offending.get(traceId) ?? new Set())] : []
  })
}

function cut(traceId: string, rows: readonly Row[], offending: ReadonlySet<string>): Exhibit {
  const keep = rows.length > mostSpans ? around(rows, offending) : new Set(rows.map((row) => row.spanId))
  const spans = rows
    .filter((row) => keep.has(row.spanId))
    .map(({ spanId, parentSpanId, service, operation, kind, startMs, durationMs, error, statement }) => ({
      spanId,
      parentSpanId,
      service,
      operation,
      kind,
      startMs,
      durationMs,
      error,
      statement,
    }))
  return { traceId, spans, omitted: rows.length - spans.length }
}

function around(rows: readonly Row[], offending: ReadonlySet<string>): Set<string> {
  const byId = new Map(rows.map((row) => [row.spanId, row]))
  const keep = new Set<string>()
  const add = (spanId: string) => {
    if (keep.size < mostSpans && byId.has(spanId)) keep.add(spanId)
  }
  for (const spanId of [...offending].slice(0, mostSpans / 2)) {
    for (let row = byId.get(spanId); row && !keep.has(row.spanId); row = byId.get(row.parentSpanId)) add(row.spanId)
  }
  for (const row of rows) if (offending.has(row.parentSpanId)) add(row.spanId)
  for (const row of rows) add(row.spanId)
  return keep
}
