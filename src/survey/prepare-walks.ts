/** The critical paths of a sample of traces: fetched from the store, walked here one trace at a time, and put into `walks`. */
import { readFileSync } from 'node:fs'
import type { Store } from '../store/store.js'
import { walkTrace, type WalkSpan, type WalkedSpan } from './walk.js'

const select = readFileSync(new URL('./prepare/walk-sample.sql', import.meta.url), 'utf8')
const walkedSpans = 120_000
/** How long this thread may walk before it looks whether the engine has answered something. */
const mostWalkingMs = 4

/** A trace to walk, as `walk-sample` gives it. */
interface WalkTrace {
  traceId: string
  rootSpanId: string
  rootService: string
  rootOperation: string
  spans: [startNs: number, spanId: string, parentSpanId: string, service: string, role: string, endNs: number][]
}

function spansOf({ traceId, rootSpanId, rootService, rootOperation, spans }: WalkTrace): WalkSpan[] {
  return spans.map(([startNs, spanId, parentSpanId, service, role, endNs]) => ({
    traceId,
    spanId,
    parentSpanId,
    service,
    role,
    startNs,
    endNs,
    rootSpanId,
    rootService,
    rootOperation,
  }))
}

/** Fills `walks`; `operations` is how many root operations the traces have. */
export async function walkSample(store: Store, operations: number): Promise<void> {
  const perOperation = Math.max(1_000, Math.floor(walkedSpans / Math.max(1, operations)))
  const traces = await store.query<WalkTrace>(select, { spans: perOperation })
  const walked: WalkedSpan[] = []
  let since = performance.now()
  for (const trace of traces) {
    for (const row of walkTrace(spansOf(trace))) walked.push(row)
    if (performance.now() - since < mostWalkingMs) continue
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
  await store.insert('walks', walked)
}
