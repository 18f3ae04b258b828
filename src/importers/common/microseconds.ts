/**
 * Times of tracers that count microseconds, as SQL over the text of a JSON number.
 * What cannot be a number becomes 0, never an error: the caller counts it as a loss.
 */

/** 2255-06: the last microsecond that still fits DateTime64(9). */
const latest = '9007199254740991'

/** UInt64 microseconds; a fraction is cut off. */
export function microseconds(field: string): string {
  const fraction = `toUInt64(greatest(0., least(${latest}., toFloat64OrZero(${field}))))`
  return `least(${latest}, if(match(${field}, '[.eE]'), ${fraction}, toUInt64OrZero(${field})))`
}

/** DateTime64(9) of UInt64 microseconds. */
export function timeOf(value: string): string {
  return `fromUnixTimestamp64Nano(toInt64(${value} * 1000))`
}

/** Earlier starts are no time at which a system ran: 2000-01-01. */
export const earliestMicroseconds = '946684800000000'
