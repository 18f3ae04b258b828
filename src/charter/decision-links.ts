/**
 * How decisions hang together: links of records are turned into names of decisions, told at both ends, and what an accepted decision
 * supersedes is superseded, also where nobody changed the older record. A status that the charter itself states always wins.
 */
import { posix } from 'node:path'
import { stronglyConnected } from '../lib/components.js'
import type { DecisionLink, DecisionLinkKind, DecisionRow, Origin } from '../model/charter.js'
import { quoted } from './charter-error.js'

export interface LinkedDecisions {
  decisions: DecisionRow[]
  remarks: (Origin & { message: string })[]
}

const reverse: Readonly<Record<DecisionLinkKind, DecisionLinkKind>> = {
  supersedes: 'superseded-by',
  'superseded-by': 'supersedes',
  amends: 'amended-by',
  'amended-by': 'amends',
  clarifies: 'clarified-by',
  'clarified-by': 'clarifies',
  'relates-to': 'relates-to',
}

const mostLinks = 100

/**
 * `records` are the decision records as read, also those that the charter tells under a name of its own; `stated` are the decisions
 * whose status the charter states.
 */
export function linkDecisions(
  rows: readonly DecisionRow[],
  records: readonly DecisionRow[],
  stated: ReadonlySet<string>,
): LinkedDecisions {
  const remarks: LinkedDecisions['remarks'] = []
  const decisions = rows.map((row) => withRecord(row, records, stated, remarks))
  const byName = new Map(decisions.map((row) => [row.decision, row]))
  const find = finder(decisions)
  for (const row of decisions) row.links = row.links.flatMap((link) => resolved(row, link, find, remarks))
  for (const row of decisions) {
    for (const { kind, target, known, ...origin } of [...row.links]) {
      const other = byName.get(target)
      if (!known || !other || other.links.length >= mostLinks) continue
      const back = reverse[kind]
      if (other.links.some((link) => link.target === row.decision && link.kind === back)) continue
      other.links.push({ ...origin, kind: back, target: row.decision, known: true })
    }
  }
  supersede(decisions, byName, stated, remarks)
  return { decisions, remarks: [...remarks, ...decisions.flatMap((row) => lateDates(row, byName))] }
}

function samePath(one: string, other: string): boolean {
  return posix.normalize(one.replaceAll('\\', '/')) === posix.normalize(other.replaceAll('\\', '/'))
}

/** What the record of a decision of the charter adds to it: day, links, and that it is no longer in force. */
function withRecord(
  row: DecisionRow,
  records: readonly DecisionRow[],
  stated: ReadonlySet<string>,
  remarks: LinkedDecisions['remarks'],
): DecisionRow {
  const copy = { ...row, links: [...row.links] }
  if (row.practice !== 'charter') return copy
  const record = records.find(({ adr, decision }) =>
    row.adr === '' ? decision === row.decision : samePath(adr, row.adr),
  )
  if (!record) return copy
  if (copy.date === '') copy.date = record.date
  copy.links.push(...record.links)
  const ended = record.status === 'superseded' || record.status === 'rejected'
  if (ended && isInForce(row)) {
    if (stated.has(row.decision)) remarks.push(disagreement(row, record.status))
    else copy.status = record.status
  }
  return copy
}

function disagreement(row: DecisionRow, said: string): Origin & { message: string } {
  const { file, line, column } = row
  const message = `The decision ${quoted(row.decision)} is ${row.status} in the charter and ${said} in its record: the charter holds. Let both say the same.`
  return { file, line, column, message }
}

type Finder = (link: DecisionLink) => DecisionRow | 'many' | undefined

/** By key, by path of the record, or by its number within the folder of whoever links. */
function finder(decisions: readonly DecisionRow[]): Finder {
  const byName = new Map(decisions.map((row) => [row.decision, row]))
  const byPath = new Map(decisions.filter(({ adr }) => adr !== '').map((row) => [posix.normalize(row.adr), row]))
  const byNumber = new Map<string, DecisionRow[]>()
  for (const row of decisions) {
    const number = /^(?:adr[-_]?)?0*(\d+)/i.exec(posix.basename(row.adr))?.[1]
    if (number === undefined) continue
    const key = `${posix.dirname(posix.normalize(row.adr))} #${number}`
    byNumber.set(key, [...(byNumber.get(key) ?? []), row])
  }
  return ({ target, file }) => {
    if (!target.startsWith('#')) return byName.get(target) ?? byPath.get(target)
    const [first, second] = byNumber.get(`${posix.dirname(posix.normalize(file))} ${target}`) ?? []
    return second ? 'many' : first
  }
}

function resolved(
  row: DecisionRow,
  link: DecisionLink,
  find: Finder,
  remarks: LinkedDecisions['remarks'],
): DecisionLink[] {
  const { kind, target, ...rest } = link
  const { file, line, column } = rest
  const other = find(link)
  const remark = (message: string): void => {
    remarks.push({ file, line, column, message })
  }
  if (other !== undefined && other !== 'many') {
    if (other.decision !== row.decision) return [{ ...rest, kind, target: other.decision, known: true }]
    remark('A decision cannot be linked to itself: the link is passed over.')
    return []
  }
  // A page in another folder that nobody reads records from is no record.
  const isRecord = /\.md$/i.test(file)
  if (isRecord && target.includes('/') && posix.dirname(target) !== posix.dirname(posix.normalize(file))) return []
  const name = target.startsWith('#') ? target.slice(1) : posix.basename(target).replace(/\.md$/i, '')
  remark(
    other === 'many'
      ? `Two decision records have the number ${name}: link to the file of the one that is meant.`
      : `There is no decision ${quoted(name)} to link to. Correct the name, or delete the link.`,
  )
  return [{ ...rest, kind, target: name, known: false }]
}

function isInForce({ status }: DecisionRow): boolean {
  return status === 'accepted' || status === 'provisional'
}

/** A proposal does not supersede anything yet; what was superseded since did. Decisions that supersede each other in a circle stay as they are. */
function supersede(
  decisions: readonly DecisionRow[],
  byName: ReadonlyMap<string, DecisionRow>,
  stated: ReadonlySet<string>,
  remarks: LinkedDecisions['remarks'],
): void {
  const edges = decisions.flatMap((row) =>
    row.links
      .filter(({ kind, known }) => kind === 'supersedes' && known)
      .map((link) => ({ from: row.decision, to: link.target, link })),
  )
  const circles = stronglyConnected(edges)
  for (const members of circles) {
    const link = edges.find(({ from, to }) => members.includes(from) && members.includes(to))?.link
    if (!link) continue
    const { file, line, column } = link
    const told = members.slice(0, 5).map((each) => quoted(each))
    remarks.push({
      file,
      line,
      column,
      message: `The decisions ${told.join(', ')} supersede each other: none of them is taken out by it.`,
    })
  }
  const overruled = edges.filter(({ from, to }) => {
    const by = byName.get(from)
    const taken = by !== undefined && (isInForce(by) || by.status === 'superseded')
    return taken && !circles.some((members) => members.includes(from) && members.includes(to))
  })
  for (const { from, to } of overruled) {
    const older = byName.get(to)
    if (!older || older.status === 'superseded' || older.status === 'rejected') continue
    if (!stated.has(to) || older.status === 'proposed') older.status = 'superseded'
    else remarks.push(disagreement(older, `superseded by ${quoted(from)}`))
  }
}

/** Dates that cannot all be right. Of the charter's own two dates the schema has seen to it already. */
function lateDates(row: DecisionRow, byName: ReadonlyMap<string, DecisionRow>): LinkedDecisions['remarks'] {
  const { decision, date, reviewBy, provisionalUntil, file, line, column } = row
  if (date === '') return []
  const told = quoted(decision)
  const before = (
    [
      ['be reviewed by', reviewBy],
      ['end on', provisionalUntil],
    ] as const
  )
    .filter(([, day]) => day !== '' && day < date)
    .map(([words, day]) => ({
      file,
      line,
      column,
      message: `The decision ${told} of ${date} was to ${words} ${day}, which is before it was taken.`,
    }))
  const older = row.links.flatMap((link) => {
    const other = link.kind === 'supersedes' && link.known ? byName.get(link.target) : undefined
    if (!other || other.date === '' || other.date <= date) return []
    const message = `The decision ${told} of ${date} supersedes ${quoted(other.decision)} of ${other.date}, which is younger: look at the dates, or at the direction of the link.`
    return [{ file: link.file, line: link.line, column: link.column, message }]
  })
  return [...before, ...older]
}
