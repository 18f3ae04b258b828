/**
 * Writes what the splitter finds to spool files of limited size, and hands each to the importer before the next is written.
 * A spool is written over once `use` has returned: nothing may read it later.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { SplitPlan } from './json-plans.js'
import { JsonSplitter, type SplitOptions, type SplitReport } from './json-split.js'

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

/** Splits `source` into lines at `path`, calling `use` for every spool full of them; nothing is called for a source without spans. */
export async function splitToSpools(
  source: string,
  plan: SplitPlan,
  path: string,
  use: (spool: Spool) => Promise<void>,
  options: SpoolOptions = {},
): Promise<SplitReport> {
  const splitter = new JsonSplitter(source, plan, options)
  const limit = options.spoolBytes ?? 128 << 20
  try {
    let given = 0
    for (let lines = splitter.next(); lines !== undefined;) {
      const file = openSync(path, 'w')
      let sizeBytes = 0
      try {
        for (; lines !== undefined && sizeBytes < limit; lines = splitter.next()) {
          for (let written = 0; written < lines.length;) written += writeSync(file, lines, written)
          sizeBytes += lines.length
        }
      } finally {
        closeSync(file)
      }
      await use({ path, elements: splitter.report.elements - given, sizeBytes, sourceBytes: splitter.offset })
      given = splitter.report.elements
    }
  } finally {
    splitter.close()
  }
  return splitter.report
}
