/**
 * Links of a decision record to others: below its status (adr-tools), in the status itself, in the front matter, and under "Links" or
 * "More Information" (MADR). Whether the other record is there is not known here; a link to a page elsewhere is none.
 */
import { posix } from 'node:path'
import type { DecisionLink, DecisionLinkKind } from '../../model/charter.js'
import { listed, sections } from './adr-text.js'
import type { RecordLine, RecordText } from './adr-text.js'

const mostLinks = 50

/** A record by its path, or by its number alone: `#9`. */
export type RecordReference = string

const linkSections = /^(?:links?|more information|related(?: (?:decisions|adrs|records))?|references)$/i

const verbs: readonly (readonly [start: string, active: DecisionLinkKind, passive: DecisionLinkKind])[] = [
  ['super', 'supersedes', 'superseded-by'],
  ['replac', 'supersedes', 'superseded-by'],
  ['amend', 'amends', 'amended-by'],
  ['extend', 'amends', 'amended-by'],
  ['clarif', 'clarifies', 'clarified-by'],
  ['refin', 'clarifies', 'clarified-by'],
]

const verb = /(\bnot\s+)?\b(super[sc]e{1,2}d|replac|amend|extend|clarif|refin)(\w*)(\s+by\b)?/gi
const pageLink = /\[[^[\]]{0,300}\]\(<?([^()<>\s]{1,500})[^()]{0,300}\)/
const numberWithName = /\bADR[-_ ]?0*(\d{1,6})\b/
/** Only in a status, where nothing else has a number. */
const plainName = /\b(\d{1,6}-[a-z][\w-]*)(?:\.md\b)?/
const plainNumber = /(?<=\b(?:by|supersedes|supercedes|amends|clarifies)\s+#?)0*(\d{1,6})\b(?!-?\d)/
const inText = new RegExp([pageLink, numberWithName].map(({ source }) => source).join('|'), 'gi')
const inStatus = new RegExp(
  [pageLink, numberWithName, plainName, plainNumber].map(({ source }) => source).join('|'),
  'gi',
)

/** Where the status is written, in whichever form; the first line that says something is the status. */
export function statusLines({ front, lines }: RecordText): RecordLine[] {
  const given = front['status']
  const written = typeof given === 'string' ? { text: given, number: 1 } : listed(lines, 'status')
  return [...(written ? [written] : []), ...sections(lines, /^status$/i)].filter(({ text }) => !isPlaceholder(text))
}

/** `{YYYY-MM-DD}` and `[proposed | accepted]` are what a template leaves to be filled in. */
export function isPlaceholder(text: string): boolean {
  return /^\s*(?:\{|<|\[[^\]]*\||\[?YYYY)/.test(text)
}

export function recordLinks(record: RecordText, file: string): DecisionLink[] {
  const found = [
    ...frontLinks(record, file),
    ...statusLines(record).flatMap((line) => linksOf(line, inStatus, file)),
    ...sections(record.lines, linkSections).flatMap((line) => linksOf(line, inText, file)),
  ]
  const seen = new Set<string>()
  return found
    .filter(({ kind, target }) => {
      const key = `${kind} ${target}`
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, mostLinks)
}

function linksOf({ text, number }: RecordLine, reference: RegExp, file: string): DecisionLink[] {
  const links: DecisionLink[] = []
  let end = 0
  let kind: DecisionLinkKind = 'relates-to'
  for (const match of text.matchAll(reference)) {
    const before = text.slice(end, match.index)
    const said = [...before.matchAll(verb)].at(-1)
    // "Supersedes [2](…) and [3](…)": what was said of the first holds for the next.
    if (said) kind = kindOf(said)
    else if (end === 0 || !/^(?:[\s,;&]|and\b|or\b)*$/i.test(before)) kind = 'relates-to'
    end = match.index + match[0].length
    const [, page, ...names] = match
    const target =
      page === undefined
        ? nameReference(names.find((name) => name !== undefined) ?? '', file)
        : pageReference(page, file)
    if (target !== '') links.push({ file, line: number, column: match.index + 1, kind, target, known: false })
  }
  return links
}

/** "Not superseded by", and "superseded" of which nobody says by what, relate the two and no more. */
function kindOf([, not, start = '', ending = '', by]: RegExpExecArray): DecisionLinkKind {
  const found = verbs.find(([each]) => start.toLowerCase().startsWith(each))
  if (!found || not !== undefined) return 'relates-to'
  if (by !== undefined) return found[2]
  return /ed$/i.test(ending) ? 'relates-to' : found[1]
}

/** Records are told by the number that their names begin with: everything else in the folder is a page about them. */
function pageReference(page: string, file: string): RecordReference {
  if (/^[a-z][\w+.-]*:|^\/|^#/i.test(page)) return ''
  const path = posix.join(posix.dirname(file.replaceAll('\\', '/')), page.replace(/[#?].*$/, ''))
  return /^(?:adr[-_]?)?\d+.*\.md$/i.test(posix.basename(path)) ? path : ''
}

function nameReference(name: string, file: string): RecordReference {
  if (/^\d+$/.test(name)) return `#${Number(name)}`
  return pageReference(`${name}.md`, file)
}

const frontKeys: readonly (readonly [key: RegExp, kind: DecisionLinkKind])[] = [
  [/^supersedes$/, 'supersedes'],
  [/^supersededby$/, 'superseded-by'],
  [/^amends$/, 'amends'],
  [/^amendedby$/, 'amended-by'],
  [/^clarifies$/, 'clarifies'],
  [/^clarifiedby$/, 'clarified-by'],
  [/^(?:related|relatesto|relatedto|links)$/, 'relates-to'],
]

/** `supersedes: 3`, `superseded-by: [ADR-0009]`: not of MADR, but what people add to it. */
function frontLinks({ front }: RecordText, file: string): DecisionLink[] {
  return Object.entries(front).flatMap(([key, value]) => {
    const kind = frontKeys.find(([pattern]) => pattern.test(key.toLowerCase().replaceAll(/[-_ ]/g, '')))?.[1]
    if (kind === undefined) return []
    return (Array.isArray(value) ? (value as unknown[]) : [value])
      .slice(0, mostLinks)
      .flatMap((each): DecisionLink[] => {
        if (typeof each !== 'string' && typeof each !== 'number') return []
        const text = String(each).slice(0, 500)
        if (isPlaceholder(text)) return []
        const alone = /^#?0*(\d{1,6})$/.exec(text.trim())?.[1] ?? /^(.*)\.md$/i.exec(text.trim())?.[1]
        if (alone !== undefined) {
          const target = nameReference(alone, file)
          return target === '' ? [] : [{ file, line: 1, column: 1, kind, target, known: false }]
        }
        return linksOf({ text, number: 1 }, inStatus, file).map((link) => ({ ...link, column: 1, kind }))
      })
  })
}
