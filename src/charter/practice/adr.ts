/**
 * One architecture decision record as a decision: MADR 2 to 4 (front matter, or a list below the title) and Nygard's form (sections).
 * Records are free text: a status in words that nobody agreed on is a remark and a proposal, never a decision in force.
 */
import { parseDocument } from 'yaml'
import { blankCharterRows } from '../../model/charter.js'
import type { DecisionRow, DecisionStatus } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'
import { quoted } from '../charter-error.js'
import { plainMapping } from './practice-file.js'

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
  const front = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text)
  const offset = front ? front[0].split('\n').length - 1 : 0
  const lines = text.slice(front?.[0].length ?? 0).split(/\r?\n/)
  const heading = lines.findIndex((line) => /^#\s+\S/.test(line))
  const origin = { file, line: offset + Math.max(heading, 0) + 1, column: 1 }
  if (heading < 0) return { remarks: [{ ...origin, message: 'Expected a title such as "# Cache product pages".' }] }
  const title = (lines[heading] ?? '')
    .replace(/^#\s+/, '')
    .replace(/^(?:ADR[- ]?)?\d+[.:]?\s+/i, '')
    .trim()
  const written =
    (front && frontStatus(front[1] ?? '')) ?? listed(lines, 'status') ?? section(lines, /^status$/i)[0] ?? ''
  const word = /[a-z]+/i.exec(written)?.[0].toLowerCase() ?? ''
  // Nygard's tools leave "Accepted" and add a line below it.
  const replaced = section(lines, /^status$/i).some((line) => /^supers?c?eded by\b/i.test(line))
  const status = replaced ? 'superseded' : statuses[word]
  const row: DecisionRow = {
    ...blankCharterRows.charterDecisions,
    ...origin,
    decision: file.replace(/^.*[/\\]/, '').replace(/\.\w+$/, ''),
    title: title.slice(0, 300),
    because: drivers(lines),
    status: status ?? 'proposed',
    adr: file,
    practice: 'adr',
  }
  if (status !== undefined) return { charterDecisions: [row] }
  const found = written === '' ? 'none' : quoted(written)
  const message = `Expected a status (proposed, accepted, rejected, deprecated, superseded), found ${found}: read as proposed.`
  return { charterDecisions: [row], remarks: [{ ...origin, message }] }
}

function frontStatus(text: string): string | undefined {
  const document = parseDocument(text)
  const status = document.errors.length > 0 ? undefined : plainMapping(document)['status']
  return typeof status === 'string' ? status : undefined
}

/** `* Status: accepted`, as MADR 2 has it. */
function listed(lines: readonly string[], key: string): string | undefined {
  const start = new RegExp(`^[*-]?\\s*\\**${key}\\**:\\**\\s*(.+)$`, 'i')
  return lines.map((line) => start.exec(line)?.[1]).find((found) => found !== undefined)
}

function section(lines: readonly string[], name: RegExp): string[] {
  const at = lines.findIndex((line) => /^##\s/.test(line) && name.test(line.replace(/^##\s+/, '').trim()))
  if (at < 0) return []
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => /^##?\s/.test(line))
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => line.trim()).filter((line) => line !== '')
}

/** Ids in backticks, or drivers that are nothing but an id. */
function drivers(lines: readonly string[]): string[] {
  const found = section(lines, /^decision drivers\b/i).flatMap((line) => {
    const item = line.replace(/^[*+-]\s+/, '')
    if (/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(item)) return [item]
    return [...item.matchAll(/`([A-Za-z0-9][\w.-]*)`/g)].map((match) => match[1] ?? '')
  })
  return [...new Set(found)].slice(0, 50)
}
