/** What every way of auditing shares: stages that are timed, losses that are counted, and the report put together. */
import { readFileSync } from 'node:fs'
import { lossOf } from '../importers/losses.js'
import type { EvidenceReport, LossCount, Report } from '../model/report.js'
import { familyReports } from '../report/families.js'
import type { PrepareResult } from '../survey/prepare.js'
import type { Judgement } from './audit-store.js'
import type { Progress, Stage } from './progress.js'

/** The version of this package. */
export function toolVersion(): string {
  const parsed = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return parsed.version
}

export async function staged<Result>(stage: Stage, progress: Progress, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now()
  progress.emit({ kind: 'stage-start', stage })
  const result = await work()
  progress.emit({ kind: 'stage-done', stage, durationMs: performance.now() - start })
  return result
}

/** Losses that only show when all evidence lies side by side. */
export function wholeLosses(prepared: PrepareResult): LossCount[] {
  return lossCounts(
    new Map([
      ['duplicate-span', prepared.duplicates],
      ['conflicting-span', prepared.conflicts],
      ['unparsed-statement', prepared.unparsedStatements],
      ['truncated-statement', prepared.truncatedStatements],
    ]),
  )
}

export function lossCounts(losses: ReadonlyMap<string, number>): LossCount[] {
  return [...losses]
    .filter(([, count]) => count > 0)
    .map(([id, count]) => ({ id, count, advice: lossOf(id).advice }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

export interface RunFacts {
  startedAt: Date
  /** `performance.now()` at the start. */
  start: number
  engine: string
  /** The command line, without secrets. */
  words: readonly string[] | undefined
}

export function reportOf(evidence: EvidenceReport[], judgement: Judgement, run: RunFacts): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'faultline', version: toolVersion() },
    run: {
      startedAt: run.startedAt.toISOString(),
      durationMs: Math.round(performance.now() - run.start),
      node: process.version,
      engine: run.engine,
      arguments: [...(run.words ?? [])],
    },
    evidence,
    system: judgement.system,
    families: familyReports(judgement.audits),
    audits: judgement.audits,
    exhibits: judgement.exhibits,
    ...(judgement.caches && { caches: judgement.caches }),
    ...(judgement.messaging && { messaging: judgement.messaging }),
    ...(judgement.charter && { charter: judgement.charter }),
  }
}
