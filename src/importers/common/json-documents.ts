/**
 * JSON of modest size, parsed here: one document, or one a line.
 * What is easily got wrong: a document that is written over many lines must not be taken for lines, and lines of an export that was cut end
 * in half a document. Spans are never read in this way; the engine does that.
 */
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { UnreadableEvidence, type Sink, type Source } from '../../model/importer.js'

/** Definitions of the largest brokers are some tens of megabytes. */
const largest = 256 << 20

/**
 * Hands every document to `take`, in order; a line that is none is the loss `bad-row`, a cut end `truncated`.
 * Throws `UnreadableEvidence` when there is no whole document at all.
 */
export async function readDocuments(
  source: Source,
  sink: Pick<Sink, 'lose' | 'progress'>,
  expected: string,
  take: (document: unknown) => void | Promise<void>,
): Promise<void> {
  const whole = source.sizeBytes <= largest ? parsed(readFileSync(source.path, 'utf8')) : undefined
  if (whole) {
    await take(whole.document)
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
    return
  }
  let taken = 0
  let bad = 0
  let lastBad = false
  let bytes = 0
  const lines = createInterface({ input: createReadStream(source.path), crlfDelay: Infinity })
  for await (const line of lines) {
    bytes += Buffer.byteLength(line) + 1
    if (line.trim() === '') continue
    const read = parsed(line)
    lastBad = read === undefined
    if (read === undefined) {
      // One document over many lines, and broken: reading on would only count its lines.
      if (++bad > 1_000 && taken === 0) break
      continue
    }
    taken++
    await take(read.document)
    sink.progress({ bytes })
  }
  lines.close()
  if (taken === 0)
    throw new UnreadableEvidence(
      source.name,
      `is cut off or broken JSON, where ${expected} was expected`,
      'Export it again.',
    )
  const within = lastBad ? bad - 1 : bad
  if (within > 0) sink.lose('bad-row', within)
  if (source.truncated || lastBad) sink.lose('truncated', 1)
}

function parsed(text: string): { document: unknown } | undefined {
  try {
    return { document: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown }
  } catch {
    return undefined
  }
}
