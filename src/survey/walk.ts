/**
 * The critical path of one trace, and how many services a request passes one after another.
 * Starts are relative to the trace. A child that its parent's clock cannot contain is moved into it for this walk only: timestamps are never rewritten.
 */
export interface WalkSpan {
  traceId: string
  spanId: string
  parentSpanId: string
  service: string
  role: string
  startNs: number
  endNs: number
  rootSpanId: string
  rootService: string
  rootOperation: string
}

export interface WalkedSpan {
  TraceId: string
  SpanId: string
  RootService: string
  RootOperation: string
  RootDurationNs: number
  Hops: number
  Path: string[]
  Synchronous: 0 | 1
  OnCriticalPath: 0 | 1
  CriticalNs: number
  Reentered: 0 | 1
  Position: number
}

interface Node {
  span: WalkSpan
  parent: Node | undefined
  children: Node[]
  /** Clock-adjusted interval. */
  startNs: number
  endNs: number
  hops: number
  path: string[]
  synchronous: boolean
  reentered: boolean
  criticalNs: number
  position: number
}

const longestPath = 50
/** Share of a span by which it may overlap the next one and still count as waited for. */
const mostTail = 0.1

/**
 * Walks the spans of one trace (any order, duplicates of an id ignored). Returns a row for each span that the root reaches
 * and that lies on the critical path or enters a service: the others tell nothing, and there are many.
 */
export function walkTrace(spans: readonly WalkSpan[]): WalkedSpan[] {
  const nodes = new Map<string, Node>()
  for (const span of spans) {
    if (nodes.has(span.spanId)) continue
    nodes.set(span.spanId, {
      span,
      parent: undefined,
      children: [],
      startNs: span.startNs,
      endNs: span.endNs,
      hops: 0,
      path: [],
      synchronous: true,
      reentered: false,
      criticalNs: 0,
      position: 0,
    })
  }
  const root = nodes.get(spans[0]?.rootSpanId ?? '')
  if (!root) return []
  for (const node of nodes.values()) {
    const parent = nodes.get(node.span.parentSpanId)
    if (!parent || parent === node || node === root) continue
    node.parent = parent
    parent.children.push(node)
  }
  const reached = descend(root)
  followCriticalPath(root)
  const telling = reached.filter((node) => node === root || node.position > 0 || node.span.role === 'server')
  return telling.map((node) => ({
    TraceId: node.span.traceId,
    SpanId: node.span.spanId,
    RootService: node.span.rootService,
    RootOperation: node.span.rootOperation,
    RootDurationNs: root.endNs - root.startNs,
    Hops: node.hops,
    Path: node.path,
    Synchronous: node.synchronous ? 1 : 0,
    OnCriticalPath: node.position > 0 ? 1 : 0,
    CriticalNs: Math.round(node.criticalNs),
    Reentered: node.reentered ? 1 : 0,
    Position: node.position,
  }))
}

/** Sets clocks, hops and paths from the root down. A cycle of parent ids is never reached from the root, so this ends. */
function descend(root: Node): Node[] {
  root.path = [root.span.service]
  const reached: Node[] = []
  const waiting = [root]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    reached.push(node)
    for (const child of node.children) {
      place(child, node)
      waiting.push(child)
    }
  }
  return reached
}

function place(child: Node, parent: Node): void {
  const crossesHosts = child.span.role === 'server' || child.span.service !== parent.span.service
  let shiftNs = parent.startNs - parent.span.startNs
  const durationNs = child.span.endNs - child.span.startNs
  const startNs = child.span.startNs + shiftNs
  const waits = child.span.role !== 'consumer' && parent.span.role !== 'producer'
  if (crossesHosts && waits && durationNs <= parent.endNs - parent.startNs) {
    const early = startNs < parent.startNs
    const late = startNs + durationNs > parent.endNs
    if (early || late) shiftNs = parent.startNs + (parent.endNs - parent.startNs - durationNs) / 2 - child.span.startNs
  }
  child.startNs = child.span.startNs + shiftNs
  child.endNs = child.span.endNs + shiftNs
  child.synchronous = parent.synchronous && waits && child.startNs <= parent.endNs
  const hop = child.synchronous && child.span.service !== parent.span.service
  const selfCall = child.synchronous && !hop && child.span.role === 'server' && parent.span.role === 'client'
  child.hops = parent.hops + (hop || selfCall ? 1 : 0)
  child.path =
    (hop || selfCall) && parent.path.length < longestPath ? [...parent.path, child.span.service] : parent.path
  child.reentered = hop && parent.path.includes(child.span.service)
}

/**
 * Backwards from the end of the root: whoever finished last before the cursor is what the parent waited for
 * (Uber's CRISP, Zhang et al., USENIX ATC 2022).
 */
function followCriticalPath(root: Node): void {
  const segments: Node[] = []
  const waiting: { node: Node; untilNs: number }[] = [{ node: root, untilNs: root.endNs }]
  for (let step = waiting.pop(); step; step = waiting.pop()) {
    const { node, untilNs } = step
    segments.push(node)
    let cursorNs = Math.min(untilNs, node.endNs)
    const children = node.children
      .filter((child) => child.synchronous && child.startNs < cursorNs && child.endNs > node.startNs)
      .sort((a, b) => b.endNs - a.endNs || b.startNs - a.startNs || (a.span.spanId < b.span.spanId ? -1 : 1))
    for (const child of children) {
      if (child.startNs >= cursorNs) continue
      const childEndNs = Math.min(child.endNs, cursorNs)
      // a child that was still running when a later one started did not hold the parent up; but a client span often ends
      // a moment after its answer has set the next call off
      const overlapNs = child.endNs - cursorNs
      const tailNs = mostTail * (child.endNs - child.startNs)
      if (overlapNs > tailNs && cursorNs < Math.min(untilNs, node.endNs)) continue
      node.criticalNs += cursorNs - childEndNs
      waiting.push({ node: child, untilNs: childEndNs })
      cursorNs = Math.max(child.startNs, node.startNs)
      if (cursorNs <= node.startNs) break
    }
    node.criticalNs += Math.max(0, cursorNs - node.startNs)
  }
  segments.sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs || (a.span.spanId < b.span.spanId ? -1 : 1))
  segments.forEach((node, index) => (node.position = index + 1))
}
