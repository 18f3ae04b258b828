/**
 * The flaws that any format of spans may have, as SQL columns, and the losses that they count as.
 * What is easily got wrong: only `without_ids` leaves a span out; with the other flaws it is kept, repaired.
 */
import { isHex, withoutIds } from './hex-id.js'

/** Earlier starts (milliseconds taken for nanoseconds, zero) are no time at which a system ran: 2000-01-01. */
const earliest = '946684800000000000'
/** The last nanosecond of DateTime64(9). */
export const latest = '9223372036854775807'

/** SQL of the flaws, over the columns trace_id, span_id, parent_id (lower-case text) and started, ended (UInt64 nanoseconds). */
export const flawColumns = `${withoutIds('trace_id', 'span_id')} AS without_ids,
      ended < started AS ends_early,
      started < ${earliest} OR started > ${latest} AS out_of_time,
      NOT (length(trace_id) IN (16, 32) AND length(span_id) = 16 AND length(parent_id) IN (0, 16)
        AND ${isHex('concat(trace_id, span_id, parent_id)')}) AS odd_id`

/** Which loss each column counts as. */
export const flawLosses = {
  without_ids: 'missing-ids',
  ends_early: 'negative-duration',
  out_of_time: 'invalid-time',
  odd_id: 'invalid-id',
}
