/**
 * Whose fault it is that a message comes without its trace. Where a consumer keeps the trace of what others publish, it reads the headers:
 * the producer whose messages have none drops it, and that edge is lost-context's. Where the messages of all come without, or nobody
 * can tell who published them, the consumer is who drops it, and that is unlinked-consumer's. So no message counts for both.
 */
import type { SurveyRows } from '../../survey/rows.js'

type Contexts = SurveyRows['messageContexts']

/** Fewer messages prove neither that a producer drops the trace nor that a consumer keeps it. */
const leastMessages = 20
/** A producer with more of these drops the trace, and a consumer with more of these from everybody else does not read it. */
const droppedShare = 0.2
const keptShare = 0.05

const total = (rows: Contexts, column: 'processed' | 'lost') => rows.reduce((sum, row) => sum + row[column], 0)

/** Rows of those who publish without context what a consumer would have read. */
export function droppingProducers(contexts: Contexts): Contexts {
  return contexts.filter((row) => {
    if (row.processed < leastMessages || row.lost / row.processed <= droppedShare) return false
    const others = contexts.filter(
      (other) =>
        other.destination === row.destination && other.consumer === row.consumer && other.producer !== row.producer,
    )
    const dropping = others.filter((other) => other.lost / other.processed > droppedShare)
    const sound = others.filter((other) => !dropping.includes(other))
    const processed = total(sound, 'processed')
    return processed >= leastMessages && total(sound, 'lost') / processed <= keptShare
  })
}
