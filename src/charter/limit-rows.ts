/**
 * Limits and waivers of one file. Both name audits, so both are told which there are: a limit with a mistyped id would be a limit
 * that is never applied.
 */
import { blankCharterRows } from '../model/charter.js'
import type { ComponentRow, LimitRow, WaiverRow } from '../model/charter.js'
import type { Unit } from '../model/units.js'
import { CharterError, isFault, quoted, suggestion } from './charter-error.js'
import { readQuantity } from './quantities.js'
import type { Dimension } from './quantities.js'
import type { ReadFile } from './read-charter-file.js'

/** What the loader must know of an audit; an audit is one. */
export interface KnownAudit {
  id: string
  limits: Readonly<Record<string, { unit: Unit; default?: number }>>
}

const dimensionOf: Readonly<Partial<Record<Unit, Dimension>>> = {
  ms: 'duration',
  'ms/request': 'duration',
  bytes: 'size',
  ratio: 'ratio',
  'calls/s': 'rate',
}

/** `components` are those of the whole charter: kinds may be declared in another file. */
export function limitRows(
  file: ReadFile,
  known: readonly KnownAudit[],
  components: readonly ComponentRow[],
): LimitRow[] {
  const { content, source } = file
  return Object.entries(content.limits ?? {}).flatMap(([id, given]) => {
    const audit = knownAudit(id, known, () => source.keyAt(['limits', id]))
    const entries = Array.isArray(given)
      ? given.map((entry, index) => ({ entry, path: ['limits', id, index] }))
      : [{ entry: given, path: ['limits', id] }]
    return entries.flatMap(({ entry, path }) => {
      const scope = scopeOf(file, path, entry.for, components)
      return Object.entries(entry).flatMap(([limit, value]): LimitRow[] => {
        if (limit === 'for' || typeof value === 'object' || value === undefined) return []
        const of = Object.entries(audit.limits).find(([name]) => name === limit)?.[1]
        if (!of) {
          throw new CharterError(
            source.keyAt([...path, limit]),
            `The audit ${id} has no limit ${quoted(limit)}.`,
            suggestion(limit, Object.keys(audit.limits), 'limits'),
          )
        }
        const found = limitValue(value, of)
        if (isFault(found)) throw new CharterError(source.at([...path, limit]), found.message, found.remedy)
        return [{ ...source.keyAt([...path, limit]), audit: id, limit, value: found.value, ...scope }]
      })
    })
  })
}

/** A bare number is in the limit's own unit, which its documentation names; a unit that is written must be of its kind. */
function limitValue(
  given: string | number,
  { unit, default: usual = 0 }: KnownAudit['limits'][string],
): ReturnType<typeof readQuantity> {
  const dimension = dimensionOf[unit] ?? 'count'
  const bare = /^\d+(?:\.\d+)?$/.test(String(given).trim())
  // Some ratios are factors: ten times as much.
  if (bare && (dimension !== 'ratio' || usual > 1)) return { value: Number(given) }
  return readQuantity(dimension, given)
}

type Scope = Pick<LimitRow, 'services' | 'operations'>

function scopeOf(
  { source }: ReadFile,
  path: readonly (string | number)[],
  given: { kind?: string; workload?: string; service?: string; services?: string[]; operation?: string } | undefined,
  components: readonly ComponentRow[],
): Scope {
  if (given === undefined) return { services: [], operations: [] }
  const at = [...path, 'for']
  const ways = (['kind', 'workload', 'service', 'services'] as const).filter((key) => given[key] !== undefined)
  if (ways.length > 1) {
    throw new CharterError(
      source.keyAt([...at, ways[1] ?? '']),
      `Expected one of ${ways.join(' and ')}.`,
      'Write one entry for each of them.',
    )
  }
  const operations = given.operation === undefined ? [] : [given.operation]
  const kind = given.kind ?? given.workload
  const services = given.services ?? (given.service === undefined ? [] : [given.service])
  if (kind === undefined) {
    if (operations.length === 0 && services.length === 0) {
      throw new CharterError(
        source.at(at),
        'Expected the places for which the limit holds.',
        'Write for: { service: storefront }, or delete `for`.',
      )
    }
    return { services, operations }
  }
  const workloads = components.filter((row) => row.kind === 'service' && row.workload !== '')
  const ofKind = workloads.filter(({ workload }) => workload === kind).map(({ place }) => place)
  if (ofKind.length === 0) {
    const declared = [...new Set(workloads.map(({ workload }) => workload))]
    throw new CharterError(
      source.at([...at, given.kind === undefined ? 'workload' : 'kind']),
      `No service is declared with the kind ${quoted(kind)}.`,
      declared.length > 0
        ? suggestion(kind, declared, 'kinds')
        : 'Declare it: services: { payments: { kind: worker } }.',
    )
  }
  return { services: [...new Set(ofKind)], operations }
}

export function waiverRows({ content, source }: ReadFile, known: readonly KnownAudit[]): WaiverRow[] {
  return (content.waivers ?? []).map((given, index) => {
    knownAudit(given.audit, known, () => source.at(['waivers', index, 'audit']))
    const where = Object.entries(given.where ?? {}).flatMap(([part, pattern]) =>
      pattern === undefined ? [] : [{ part, pattern }],
    )
    return {
      ...blankCharterRows.charterWaivers,
      ...source.at(['waivers', index]),
      audit: given.audit,
      where,
      because: given.because,
      until: given.until ?? '',
    }
  })
}

function knownAudit(
  id: string,
  known: readonly KnownAudit[],
  origin: () => ReturnType<ReadFile['source']['at']>,
): KnownAudit {
  const audit = known.find((each) => each.id === id)
  if (audit) return audit
  const near =
    suggestion(
      id,
      known.map((each) => each.id),
      'audits',
    ).split(' Known ')[0] ?? ''
  throw new CharterError(
    origin(),
    `There is no audit ${quoted(id)}.`,
    `${near.startsWith('Did') ? `${near} ` : ''}\`faultline audit --list\` prints them all.`,
  )
}
