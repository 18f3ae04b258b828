/**
 * Loads a charter: its files, what they include, and existing practice beside them. Gives all of it or throws CharterError with the
 * first fault; what practice cannot give is a remark, since nobody wrote those files for Faultline.
 */
import { dirname } from 'node:path'
import type { Charter, LimitRow } from '../model/charter.js'
import { combine, twice } from './combine.js'
import { linkDecisions } from './decision-links.js'
import { statedStatuses } from './decision-rows.js'
import { withIncluded } from './include.js'
import { limitRows, waiverRows } from './limit-rows.js'
import type { KnownAudit } from './limit-rows.js'
import { mergeCharter } from './merge.js'
import { readPractice } from './practice/read-practice.js'
import { readCharterFile, readCharterText } from './read-charter-file.js'
import type { ReadFile } from './read-charter-file.js'

export interface LoadOptions {
  /** Audits that limits and waivers may name. */
  audits: readonly KnownAudit[]
}

export async function loadCharter(path: string, options: LoadOptions): Promise<Charter> {
  return await completed(readCharterFile(await readCharterText(path), path), options)
}

/** `name` is the path that the text has or would have: messages and `include` begin there. */
export async function loadCharterText(text: string, name: string, options: LoadOptions): Promise<Charter> {
  return await completed(readCharterFile(text, name), options)
}

async function completed(first: ReadFile, { audits }: LoadOptions): Promise<Charter> {
  const files = await withIncluded(first)
  const { file } = first.source
  const practice = await readPractice(dirname(file), first.content.practice)
  const merged = mergeCharter(combine(files), practice)
  const stated = new Set(files.flatMap((file) => statedStatuses(file)))
  const { decisions, remarks } = linkDecisions(merged.charterDecisions, practice.charterDecisions ?? [], stated)
  const charter = { ...merged, charterDecisions: decisions, remarks: [...merged.remarks, ...remarks] }
  const limits = files.flatMap((file) => limitRows(file, audits, charter.charterComponents))
  refuseTwice(limits)
  return { ...charter, limits, charterWaivers: files.flatMap((file) => waiverRows(file, audits)) }
}

/** Files may each have limits for their own services: only the same limit for the same places is given twice. */
function refuseTwice(limits: readonly LimitRow[]): void {
  const seen = new Map<string, LimitRow>()
  for (const row of limits) {
    const key = JSON.stringify([row.audit, row.limit, [...row.services].sort(), row.operations])
    const other = seen.get(key)
    if (other) throw twice(row, `The limit ${row.audit} ${row.limit} for the same places`, other)
    seen.set(key, row)
  }
}
