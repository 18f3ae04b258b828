/** Several files as one charter. What is named in two of them is an error that tells both places: neither can be known to be meant. */
import type { Charter, Origin } from '../model/charter.js'
import { blankCharter } from './blank-charter.js'
import { CharterError, originText, quoted } from './charter-error.js'
import { decisionRows, expectationRows } from './decision-rows.js'
import { componentRows, dataOwnerRows, serviceOwnerRows, teamRows } from './owner-rows.js'
import { requirementRows } from './requirement-rows.js'
import type { ReadFile } from './read-charter-file.js'

/** All but limits and waivers, which are read once every service is known. */
export function combine(files: readonly ReadFile[]): Charter {
  const [first] = files
  const system = first?.content.system
  if (first && system === undefined) {
    throw new CharterError(first.source.at([]), 'Expected the name of the system.', 'Begin with "system: <its name>".')
  }
  for (const { content, source } of files.slice(1)) {
    if (content.system !== undefined && content.system !== system) {
      throw new CharterError(
        source.at(['system']),
        `Expected the system ${quoted(system ?? '')}, as in ${first?.source.file ?? ''}.`,
        'Delete the line: the first file names the system.',
      )
    }
    if (content.practice !== undefined) {
      throw new CharterError(
        source.keyAt(['practice']),
        'Expected `practice` in the first file only.',
        `Move it to ${first?.source.file ?? ''}.`,
      )
    }
  }
  for (const section of ['requirements', 'teams', 'services', 'decisions'] as const) once(files, section)
  const destinations = files.flatMap(({ content }) => content.destinations ?? [])
  return {
    ...blankCharter(system ?? ''),
    files: files.map(({ source }) => source.file),
    hosts: hosts(files),
    charterRequirements: files.flatMap((file) => requirementRows(file)),
    charterDecisions: files.flatMap((file) => decisionRows(file)),
    charterExpectations: files.flatMap((file) => expectationRows(file)),
    charterTeams: distinct(
      files.flatMap((file) => teamRows(file)).sort((a, b) => Number(a.size === 0) - Number(b.size === 0)),
      (row) => [row.team],
    ),
    charterServiceOwners: distinct(
      files.flatMap((file) => serviceOwnerRows(file)),
      (row) => [row.service, row.team],
    ),
    charterDataOwners: distinct(
      files.flatMap((file) => dataOwnerRows(file)),
      (row) => [row.place, row.service],
    ),
    charterComponents: distinct(
      files.flatMap((file) => componentRows(file, destinations)).sort((a, b) => strength[a.by] - strength[b.by]),
      (row) => [row.kind, row.place],
    ),
  }
}

/** A declaration says more than an owner, and an owner more than a decision. */
const strength = { declaration: 0, owner: 1, decision: 2, catalogue: 3 }

function once(files: readonly ReadFile[], section: 'requirements' | 'teams' | 'services' | 'decisions'): void {
  const seen = new Map<string, Origin>()
  for (const { content, source } of files) {
    for (const name of Object.keys(content[section] ?? {})) {
      const origin = source.keyAt([section, name])
      const other = seen.get(name)
      if (other) throw twice(origin, `${quoted(name)} in ${section}`, other)
      seen.set(name, origin)
    }
  }
}

export function twice(origin: Origin, what: string, other: Origin): CharterError {
  return new CharterError(
    origin,
    `${what} is there twice: also at ${originText(other)}.`,
    'Delete or rename one of the two.',
  )
}

function distinct<Row>(rows: readonly Row[], key: (row: Row) => string[]): Row[] {
  const seen = new Map<string, Row>()
  for (const row of rows) {
    const name = key(row).join('\u0000')
    if (!seen.has(name)) seen.set(name, row)
  }
  return [...seen.values()]
}

/** Names in lower case; a name that stands for a name that stands for another is followed to its end. */
function hosts(files: readonly ReadFile[]): Record<string, string> {
  const given = new Map<string, { to: string; origin: Origin }>()
  for (const { content, source } of files) {
    for (const [from, to] of Object.entries(content.aliases?.hosts ?? {})) {
      const origin = source.keyAt(['aliases', 'hosts', from])
      const other = given.get(from.toLowerCase())
      if (other && other.to !== to.toLowerCase()) throw twice(origin, `The host ${quoted(from)}`, other.origin)
      given.set(from.toLowerCase(), { to: to.toLowerCase(), origin })
    }
  }
  const result = Object.create(null) as Record<string, string>
  for (const [from, { to, origin }] of given) {
    const passed = new Set([from])
    let at = to
    for (let next = given.get(at); next; next = given.get(at)) {
      if (passed.has(at)) {
        throw new CharterError(
          origin,
          `The host ${quoted(from)} stands for itself.`,
          'Let every other name stand for the one that is used.',
        )
      }
      passed.add(at)
      at = next.to
    }
    result[from] = at
  }
  return result
}
