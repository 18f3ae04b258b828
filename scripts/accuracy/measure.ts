/** Compares what Faultline says about the two recordings of the bookshop with what was planted. Every finding counts, notes as well. */
import { fileURLToPath } from 'node:url'
import { audits } from '../../src/audits/index.js'
import { loadCharter } from '../../src/charter/load.js'
import { runAudit } from '../../src/engine/run.js'
import type { Finding, Place } from '../../src/model/finding.js'
import type { Report } from '../../src/model/report.js'
import { evidenceSets, placesIn, placeText, type EvidenceSet, type Fault } from './faults.js'

export interface AuditAccuracy {
  audit: string
  hits: number
  misses: string[]
  falseAlarms: string[]
  /** Findings on the mended shop, warning or worse. */
  mended: string[]
  /** Findings on the mended shop that are only notes. */
  mendedNotes: string[]
  outcomeOnMended: string
}

function matches(expected: Place, found: Place): boolean {
  return Object.entries(expected).every(([key, value]) => {
    const other = found[key as keyof Place]
    if (!Array.isArray(value)) return other === value
    return (
      Array.isArray(other) &&
      new Set([...value, ...other]).size === new Set(value).size &&
      value.every((name) => other.includes(name))
    )
  })
}

/** One variant with one set of evidence, beside its charter, whose dates are compared with the end of the recording. */
export async function auditRecording(variant: 'flawed' | 'mended', set: EvidenceSet): Promise<Report> {
  const bookshop = new URL('../../demo/bookshop/', import.meta.url)
  const charterFile = fileURLToPath(new URL(`charter/${variant}/faultline.yaml`, bookshop))
  // What the charter asks for are answers to requests, and only traces know those.
  const files: readonly string[] = evidenceSets[set]
  const charter = files.includes('traces.jsonl.gz') ? await loadCharter(charterFile, { audits }) : undefined
  return runAudit({
    evidence: files.map((file) => fileURLToPath(new URL(`recording/${variant}/${file}`, bookshop))),
    ...(charter && { charter }),
  })
}

const told = (finding: Finding): string => `${finding.severity} at ${placeText(finding.where)}: ${finding.message}`

export function compare(faults: readonly Fault[], flawed: Report, mended: Report, set: EvidenceSet): AuditAccuracy[] {
  return flawed.audits.map(({ id, findings }) => {
    const planted = faults.filter((fault) => fault.audit === id)
    const places = planted.flatMap((fault) => placesIn(fault, set))
    // With less evidence a true finding may still come: it is no false alarm.
    const known = [
      ...places,
      ...planted.flatMap((fault) => fault.places),
      ...planted.flatMap((fault) => (fault.follows ?? []).map(({ place }) => place)),
    ]
    const twin = mended.audits.find((audit) => audit.id === id)
    const [worse, notes] = [true, false].map((worse) =>
      (twin?.findings ?? []).filter((finding) => (finding.severity !== 'note') === worse).map(told),
    )
    return {
      audit: id,
      hits: places.filter((place) => findings.some((finding) => matches(place, finding.where))).length,
      misses: places.filter((place) => !findings.some((finding) => matches(place, finding.where))).map(placeText),
      falseAlarms: findings.filter((finding) => !known.some((place) => matches(place, finding.where))).map(told),
      mended: worse ?? [],
      mendedNotes: notes ?? [],
      outcomeOnMended: twin?.outcome ?? 'error',
    }
  })
}

export interface Totals {
  planted: number
  hits: number
  findings: number
  falseAlarms: number
  recall: number
  precision: number
}

export function totals(rows: readonly AuditAccuracy[], flawed: Report): Totals {
  const hits = rows.reduce((sum, row) => sum + row.hits, 0)
  const planted = hits + rows.reduce((sum, row) => sum + row.misses.length, 0)
  const findings = flawed.audits.reduce((sum, audit) => sum + audit.findings.length, 0)
  const falseAlarms = rows.reduce((sum, row) => sum + row.falseAlarms.length, 0)
  return {
    planted,
    hits,
    findings,
    falseAlarms,
    recall: planted === 0 ? 0 : hits / planted,
    precision: findings === 0 ? 0 : 1 - falseAlarms / findings,
  }
}
