/**
 * Writes what the splitter finds to spool files of limited size, and hands each to the importer while the next is written.
 * Two paths take turns: a spool is written over once `use` has returned, so nothing may read it later.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { SplitOptions, SplitPlan, SplitReport } from './json-plans.js'
import { JsonSplitter } from './json-split.js'

export interface Spool {
  path: string
  /** Spans in it. */
  elements: number
  sizeBytes: number
  /** How far the source has been read. */
  sourceBytes: number
}

export interface SpoolOptions extends SplitOptions {
  /** A spool is handed over when it has grown beyond this. */
  spoolBytes?: number
}

/** Splits `source` into lines, calling `use` for every spool full of them, one after another; never for a source without spans. */
export async function splitToSpools(
  source: string,
  plan: SplitPlan,
  paths: readonly [string, string],
  use: (spool: Spool) => Promise<void>,
  options: SpoolOptions = {},
): Promise<SplitReport> {
  const splitter = new JsonSplitter(source, plan, options)
  const limit = options.spoolBytes ?? 128 << 20
  let [path, other] = paths
  let failure: { error: unknown } | undefined
  let using = Promise.resolve()
  const write = (): Spool | undefined => {
    const before = splitter.report.elements
    let lines = splitter.next()
    if (lines === undefined) return undefined
    const file = openSync(path, 'w')
    let sizeBytes = 0
    try {
      for (; lines !== undefined; lines = sizeBytes < limit ? splitter.next() : undefined) {
        for (let written = 0; written < lines.length;) written += writeSync(file, lines, written)
        sizeBytes += lines.length
      }
    } finally {
      closeSync(file)
    }
    return { path, elements: splitter.report.elements - before, sizeBytes, sourceBytes: splitter.offset }
  }
  try {
    for (let spool = write(); spool && !failure; spool = write()) {
      await using
      // Not awaited here: the engine works on it in its own threads while the next spool is written.
      using = use(spool).catch((error: unknown) => {
        failure = { error }
      })
      ;[path, other] = [other, path]
      // The engine starts only once this turn ends.
      await new Promise((resolve) => setImmediate(resolve))
    }
    await using
  } finally {
    splitter.close()
  }
  if (failure) throw failure.error
  return splitter.report
}
