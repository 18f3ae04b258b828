/**
 * Recognises OTLP traces in protobuf by their shape, from the first bytes of a file.
 * What is easily got wrong: protobuf carries no names, and logs and metrics nest like traces do, so only a span tells them apart:
 * it begins with a trace id of 16 bytes and a span id of 8.
 */
import { readHeader, type Framing } from './protobuf-frames.js'

interface Shape {
  /** Fields that are messages or text (wire type 2), and what lies in them; other fields and wire types do not occur. */
  fields: Record<number, Shape | 'opaque'>
  span?: boolean
}

const spanShape: Shape = { fields: {}, span: true }
const scopeSpansShape: Shape = { fields: { 1: 'opaque', 2: spanShape, 3: 'opaque' } }
const resourceSpansShape: Shape = { fields: { 1: 'opaque', 2: scopeSpansShape, 3: 'opaque' } }
const requestShape: Shape = { fields: { 1: resourceSpansShape } }

/** The framing in which `head` is OTLP traces, and whether a span was seen; undefined when it is none. */
export function framingOf(head: Uint8Array): { framing: Framing; spanSeen: boolean } | undefined {
  const candidates = (['request', 'varint', 'fixed32'] as const)
    .map((framing) => ({ framing, spans: spansIn(head, framing) }))
    .filter((candidate): candidate is { framing: Framing; spans: number } => candidate.spans !== undefined)
  // An empty message of one framing may walk as another: the one that shows spans is right.
  const best = candidates.find(({ spans }) => spans > 0) ?? candidates[0]
  return best && { framing: best.framing, spanSeen: best.spans > 0 }
}

/** How many spans the walk meets; undefined when `head` is not in this framing. */
function spansIn(head: Uint8Array, framing: Framing): number | undefined {
  const seen = { spans: 0 }
  let frames = 0
  for (let at = 0; at < head.length;) {
    const header = readHeader(head, at, framing)
    if (header === 'bad') return undefined
    if (header === 'cut') break
    const start = at + header.header
    if (!fits(head, start, start + header.length, framing === 'request' ? resourceSpansShape : requestShape, seen))
      return undefined
    at = start + header.length
    frames++
  }
  return frames > 0 ? seen.spans : undefined
}

/** Whether the bytes from `at` to `end` (which may lie beyond the head) are a message of this shape, as far as they can be seen. */
function fits(bytes: Uint8Array, at: number, end: number, shape: Shape, seen: { spans: number }): boolean {
  if (shape.span) {
    if (end - at >= 28 && at + 28 <= bytes.length) {
      const head = bytes[at] === 0x0a && bytes[at + 1] === 0x10 && bytes[at + 18] === 0x12 && bytes[at + 19] === 0x08
      if (head) seen.spans++
      return head
    }
    return end > bytes.length || end - at < 28
  }
  while (at < end && at < bytes.length) {
    const tag = number(bytes, at)
    if (!tag) return end > bytes.length || at + 5 > bytes.length
    const field = shape.fields[Math.floor(tag.value / 8)]
    if (tag.value % 8 !== 2 || field === undefined) return false
    const length = number(bytes, at + tag.size)
    if (!length) return at + tag.size + 5 > bytes.length
    const start = at + tag.size + length.size
    if (start + length.value > end) return false
    if (field !== 'opaque' && !fits(bytes, start, start + length.value, field, seen)) return false
    at = start + length.value
  }
  return true
}

function number(bytes: Uint8Array, at: number): { value: number; size: number } | undefined {
  const header = readHeader(bytes, at, 'varint')
  return typeof header === 'string' ? undefined : { value: header.length, size: header.header }
}
