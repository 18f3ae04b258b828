/** The whole street, once: evidence in, report out. What is volatile goes into `report.run` and nowhere else. */
import { setImmediate } from 'node:timers/promises'
import type { Charter } from '../model/charter.js'
import type { LiveOptions } from '../model/importer.js'
import type { Report } from '../model/report.js'
import { openEmbeddedStore } from '../store/embedded.js'
import { createTables, derivedTables, dropTables, givenTables, tables } from '../store/schema.js'
import { prepareAhead } from '../survey/prepare.js'
import type { SurveyRows } from '../survey/rows.js'
import { rehearseParser } from '../survey/statements/parse-statement.js'
import { rehearseFigures } from '../report/quantity-text.js'
import type { LimitOverrides } from './limits.js'
import { silent, type Progress } from './progress.js'
import { readEvidence, rowsOf } from './read-evidence.js'
import { reportOf, staged, wholeLosses } from './report-parts.js'
import type { InPlaceOptions } from './run-in-place.js'
import { beginStaging, engineReads } from './staging.js'

export interface RunOptions {
  /** Files, folders, globs or `-`. */
  evidence: readonly string[]
  /** Limits that differ from the defaults. */
  limits?: LimitOverrides
  /** What was declared: a charter as `loadCharter` gives it. */
  charter?: Charter
  /** ISO date that the charter's dates are compared with; the end of the evidence when left out. */
  asOf?: string
  /** The command line, for `report.run`; secrets already redacted. */
  arguments?: readonly string[]
  /** How running servers may be asked; one gentle look when left out. */
  live?: LiveOptions
  /** Spans that lie in a ClickHouse server are audited there, instead of evidence that is read. */
  store?: InPlaceOptions
  progress?: Progress
}

/**
 * Audits the evidence in a store of its own, which is removed at the end (and at process exit, whatever happens).
 * Throws `UnreadableEvidence` when something named cannot be read at all.
 */
export async function runAudit(options: RunOptions): Promise<Report> {
  if (options.store) return (await import('./run-in-place.js')).auditInPlace(options, options.store)
  const startedAt = new Date()
  const start = performance.now()
  const progress = options.progress ?? silent
  const store = openEmbeddedStore()
  const abandon = () => store.abandon()
  process.once('exit', abandon)
  /** Whether the tables to be derived are there: in memory, since most evidence is small. */
  let ahead = Promise.resolve(false)
  let begun: Promise<Partial<SurveyRows>> | undefined
  try {
    const evidence = await staged('import', progress, async () => {
      const reading = readEvidence(store, options, progress)
      // Told by the last line here; until then nobody waits for it.
      reading.catch(() => undefined)
      // While the engine reads, what comes after it is loaded; sooner, that would be waited for.
      void engineReads(store)
        .then(() => {
          ahead = createTables(store, derivedTables, { inMemory: true }).then(() => true)
          // Told where it is waited for.
          ahead.catch(() => undefined)
          return Promise.all([import('./audit-store.js').then(() => rehearseFigures()), rehearseParser()])
        })
        .catch(() => undefined)
      // Once archives are being unpacked, off this thread, the engine is opened on it.
      await setImmediate()
      await beginStaging(store)
      return reading
    })
    const small = store.expect(rowsOf(evidence))
    const { auditStore, surveyGiven } = await import('./audit-store.js')
    const prepared = await staged('normalise', progress, async () => {
      const there = await ahead
      if (there && !small) await dropTables(store, derivedTables)
      await createTables(store, there && small ? givenTables : tables, { inMemory: small })
      // Much of the time of small evidence goes into planning, which is done by one thread.
      if (small) begun = surveyGiven(store)
      begun?.catch(() => undefined)
      return prepareAhead(store, options.charter?.hosts)
    })
    const losses = wholeLosses(prepared)
    if (losses.length > 0) evidence.push({ source: 'all evidence together', importer: '', rows: { spans: 0 }, losses })
    const judgement = await auditStore(store, {
      limits: options.limits,
      charter: options.charter,
      asOf: options.asOf,
      progress,
      later: prepared.later,
      begun,
    })
    return reportOf(evidence, judgement, { startedAt, start, engine: await store.engine(), words: options.arguments })
  } finally {
    await begun?.catch(() => undefined)
    await store.close()
    process.off('exit', abandon)
  }
}
