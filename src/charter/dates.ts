/** Dates of a charter: days of the calendar as `2027-03-01`. A day that does not exist is refused, not moved to the next month. */
import { quoted } from './charter-error.js'
import type { Fault } from './charter-error.js'

export const datePattern = String.raw`^\d{4}-\d{2}-\d{2}$`

export function readDate(text: string): { date: string } | Fault {
  const written = text.trim()
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written)
  if (!match) {
    return {
      message: `Expected a date such as 2027-03-01, found ${quoted(text)}.`,
      remedy: 'Write year, month and day with two digits each for the last two.',
    }
  }
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (month < 1 || month > 12 || year < 1000) return noSuchDay(written, 'Months are 01 to 12.')
  if (day < 1 || day > last) return noSuchDay(written, `That month has days 01 to ${last}.`)
  return { date: written }
}

function noSuchDay(text: string, remedy: string): Fault {
  return { message: `Expected a day of the calendar, found ${quoted(text)}.`, remedy }
}
