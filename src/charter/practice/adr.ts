/**
 * One architecture decision record as a decision: MADR 2 to 4 (front matter, or a list below the title) and Nygard's form (sections).
 * Records are free text: a status in words that nobody agreed on is a remark and a proposal, never a decision in force.
 */
import { blankCharterRows } from '../../model/charter.js'
import type { DecisionRow, DecisionStatus, Origin } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'
import { isFault, quoted } from '../charter-error.js'
import { readDate } from '../dates.js'
import { isPlaceholder, recordLinks, statusLines } from './adr-links.js'
import { listed, recordText, sections } from './adr-text.js'
import type { RecordLine, RecordText } from './adr-text.js'

const statuses: Readonly<Partial<Record<string, DecisionStatus>>> = {
  proposed: 'proposed',
  draft: 'proposed',
  accepted: 'accepted',
  approved: 'accepted',
  rejected: 'rejected',
  superseded: 'superseded',
  superceded: 'superseded',
  deprecated: 'superseded',
}

export function readAdr(text: string, file: string): PartialCharter {
  const record = recordText(text)
  const { lines } = record
  const heading = lines.find((line) => /^#\s+\S/.test(line.text))
  const origin = { file, line: heading?.number ?? lines[0]?.number ?? 1, column: 1 }
  if (!heading) return { remarks: [{ ...origin, message: 'Expected a title such as "# Cache product pages".' }] }
  const title = heading.text
    .replace(/^#\s+/, '')
    .replace(/^(?:ADR[- ]?)?\d+[.:]?\s+/i, '')
    .trim()
  const written = statusLines(record)
  const links = recordLinks(record, file)
  const status = statusOf(written)
  const date = recordDate(record, origin)
  const row: DecisionRow = {
    ...blankCharterRows.charterDecisions,
    ...origin,
    decision: file.replace(/^.*[/\\]/, '').replace(/\.\w+$/, ''),
    title: title.slice(0, 300),
    because: drivers(lines),
    status: status ?? 'proposed',
    date: date.date,
    adr: file,
    links,
    practice: 'adr',
  }
  const remarks = [...date.remarks]
  if (status === undefined) {
    const found = written[0] === undefined || written[0].text === '' ? 'none' : quoted(written[0].text)
    const message = `Expected a status (proposed, accepted, rejected, deprecated, superseded), found ${found}: read as proposed.`
    remarks.push({ ...origin, message })
  }
  return { charterDecisions: [row], remarks }
}

/** Nygard's tools leave "Accepted" and add a line below it, or put "Supersedes …" before it. */
function statusOf(lines: readonly RecordLine[]): DecisionStatus | undefined {
  if (lines.some(({ text }) => /^\W*super[sc]e{1,2}ded\s+by\b/i.test(text))) return 'superseded'
  return lines
    .map(({ text }) => statuses[/[a-z]+/i.exec(text)?.[0].toLowerCase() ?? ''])
    .find((each) => each !== undefined)
}

function recordDate(
  { front, lines }: RecordText,
  origin: Origin,
): { date: string; remarks: (Origin & { message: string })[] } {
  const given = front['date']
  const written =
    typeof given === 'string' || typeof given === 'number'
      ? { text: String(given).trim(), number: 1 }
      : (listed(lines, 'date') ?? sections(lines, /^date$/i)[0])
  if (!written || written.text === '' || isPlaceholder(written.text)) return { date: '', remarks: [] }
  const [day = written.text] = /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(written.text) ?? []
  const read = readDate(day)
  if (!isFault(read)) return { date: read.date, remarks: [] }
  return {
    date: '',
    remarks: [{ ...origin, line: written.number, message: `${read.message} The record is read without one.` }],
  }
}

/** Ids in backticks, or drivers that are nothing but an id. */
function drivers(lines: readonly RecordLine[]): string[] {
  const found = sections(lines, /^decision drivers\b/i).flatMap(({ text }) => {
    const item = text.trim().replace(/^[*+-]\s+/, '')
    if (/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(item)) return [item]
    return [...item.matchAll(/`([A-Za-z0-9][\w.-]*)`/g)].map((match) => match[1] ?? '')
  })
  return [...new Set(found)].slice(0, 50)
}
