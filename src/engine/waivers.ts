/**
 * Waivers of the charter, applied to findings: a waived finding stays in the report, with the reason, and no gate counts it.
 * A waiver whose day has passed waives nothing.
 */
import { fitsDestination, fitsGlob, fitsStore } from '../lib/place-pattern.js'
import type { WaiverRow } from '../model/charter.js'
import type { Finding, Place } from '../model/finding.js'

function fitsPart(part: string, pattern: string, where: Place): boolean {
  const value = Object.entries(where).find(([key]) => key === part)?.[1] as string | string[] | undefined
  if (value === undefined) return false
  if (Array.isArray(value)) return value.some((each) => fitsGlob(pattern, each))
  if (part === 'store') return fitsStore(pattern, value) || fitsGlob(pattern, value)
  if (part === 'destination') return fitsDestination(pattern, value)
  return fitsGlob(pattern, value)
}

/** `asOf` is an ISO date; a waiver holds on the day it ends. */
export function applyWaivers(audit: string, finding: Finding, waivers: readonly WaiverRow[], asOf: string): Finding {
  const waiver = waivers.find(
    (each) =>
      each.audit === audit &&
      (each.until === '' || each.until >= asOf) &&
      each.where.every(({ part, pattern }) => fitsPart(part, pattern, finding.where)),
  )
  return waiver ? { ...finding, waived: { because: waiver.because, until: waiver.until } } : finding
}
