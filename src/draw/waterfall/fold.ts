/**
 * Puts the spans of a trace in the order in which a reader follows them and folds away what does not matter to the finding.
 * Offending spans and their ancestors stay; a broken trace (lost parents, parents in a circle) still shows every root.
 */
import type { ExhibitSpan } from '../../model/report.js'

export interface SpanRow {
  type: 'span'
  span: ExhibitSpan
  depth: number
  offending: boolean
}
export interface FoldRow {
  type: 'fold'
  count: number
  depth: number
  startMs: number
  endMs: number
  /** What most of the folded spans do, when it is two thirds of them or more. */
  alike: { service: string; operation: string; count: number } | null
  /** How many of them are offending, or do what the offending ones do. */
  offending: number
}
export type WaterfallRow = SpanRow | FoldRow

interface Walked {
  span: ExhibitSpan
  depth: number
  parent: Walked | null
}

function compare(a: ExhibitSpan, b: ExhibitSpan): number {
  return (
    a.startMs - b.startMs || b.durationMs - a.durationMs || (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0)
  )
}

/** Depth-first, children by their start; spans whose parent is absent are roots. */
function walk(spans: readonly ExhibitSpan[]): Walked[] {
  const sorted = [...spans].sort(compare)
  const known = new Set(sorted.map((span) => span.spanId))
  const children = new Map<string, ExhibitSpan[]>()
  const roots: ExhibitSpan[] = []
  for (const span of sorted) {
    if (span.parentSpanId === span.spanId || !known.has(span.parentSpanId)) roots.push(span)
    else {
      const siblings = children.get(span.parentSpanId)
      if (siblings === undefined) children.set(span.parentSpanId, [span])
      else siblings.push(span)
    }
  }
  const seen = new Set<ExhibitSpan>()
  const walked: Walked[] = []
  const visit = (root: ExhibitSpan): void => {
    const stack: Walked[] = [{ span: root, depth: 0, parent: null }]
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (seen.has(entry.span)) continue
      seen.add(entry.span)
      walked.push(entry)
      const below = children.get(entry.span.spanId) ?? []
      for (const span of [...below].reverse()) stack.push({ span, depth: entry.depth + 1, parent: entry })
    }
  }
  for (const root of roots) visit(root)
  // What is left hangs in a circle of parents.
  for (const span of sorted) if (!seen.has(span)) visit(span)
  return walked
}

/** As many spans of one service and operation are shown; more of the same tell nothing new. */
const mostAlike = 4

function deed(span: ExhibitSpan): string {
  return `${span.service.length} ${span.service} ${span.operation}`
}

function kept(walked: readonly Walked[], offending: ReadonlySet<string>, most: number): Set<Walked> {
  const chosen = new Set<Walked>()
  const seen = new Map<string, number>()
  const add = (entry: Walked): void => {
    const chain: Walked[] = []
    for (let at: Walked | null = entry; at !== null && !chosen.has(at); at = at.parent) chain.push(at)
    const again = chain.some((at) => (seen.get(deed(at.span)) ?? 0) >= mostAlike)
    if (again || chosen.size + chain.length > most) return
    for (const at of chain) {
      chosen.add(at)
      seen.set(deed(at.span), (seen.get(deed(at.span)) ?? 0) + 1)
    }
  }
  if (walked[0] !== undefined) add(walked[0])
  for (const entry of walked) if (offending.has(entry.span.spanId)) add(entry)
  const others = walked.filter((entry) => !chosen.has(entry))
  others.sort(
    (a, b) =>
      Number(b.span.error) - Number(a.span.error) || b.span.durationMs - a.span.durationMs || compare(a.span, b.span),
  )
  // Some more than the offenders give the reader somewhere to stand.
  for (const entry of others) if (chosen.size < most * 0.75) add(entry)
  return chosen
}

function fold(run: readonly Walked[], offendingDeeds: ReadonlySet<string>): FoldRow {
  const row: FoldRow = {
    type: 'fold',
    count: run.length,
    depth: Infinity,
    startMs: Infinity,
    endMs: -Infinity,
    alike: null,
    offending: 0,
  }
  const counts = new Map<string, number>()
  for (const { span, depth } of run) {
    row.depth = Math.min(row.depth, depth)
    row.startMs = Math.min(row.startMs, span.startMs)
    row.endMs = Math.max(row.endMs, span.startMs + span.durationMs)
    const times = (counts.get(deed(span)) ?? 0) + 1
    counts.set(deed(span), times)
    const isMost = times > (row.alike?.count ?? 0) && times * 3 >= run.length * 2
    if (isMost) row.alike = { service: span.service, operation: span.operation, count: times }
    if (offendingDeeds.has(deed(span))) row.offending += 1
  }
  return row
}

/** Rows of a waterfall, at most `most` spans among them; runs of two or more left-out spans become one fold. */
export function foldTrace(
  spans: readonly ExhibitSpan[],
  offendingIds: readonly string[],
  most: number,
): WaterfallRow[] {
  const offending = new Set(offendingIds)
  const walked = walk(spans)
  const chosen = walked.length <= most ? new Set(walked) : kept(walked, offending, most)
  const deeds = new Set(walked.filter(({ span }) => offending.has(span.spanId)).map(({ span }) => deed(span)))
  const rows: WaterfallRow[] = []
  let run: Walked[] = []
  const asRow = ({ span, depth }: Walked): SpanRow => ({
    type: 'span',
    span,
    depth,
    offending: offending.has(span.spanId),
  })
  const close = (): void => {
    const [only] = run
    if (run.length === 1 && only !== undefined) rows.push(asRow(only))
    else if (run.length > 1) rows.push(fold(run, deeds))
    run = []
  }
  for (const entry of walked) {
    if (!chosen.has(entry)) {
      run.push(entry)
      continue
    }
    close()
    rows.push(asRow(entry))
  }
  close()
  return rows
}
