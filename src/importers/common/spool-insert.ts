/**
 * Inserts a JSON document by way of spools: split quickly and without parsing first, since the engine parses anyway.
 * Only a spool that the engine refuses is split again with every span parsed; what even then the engine cannot read is a bad row.
 */
import { UnreadableEvidence, type Sink, type Source } from '../../model/importer.js'
import { Keeper, type KeepShape } from './json-keep.js'
import type { SplitPlan } from './json-plans.js'
import { splitToSpools, type Spool } from './json-spool.js'

export type InsertFile = (
  path: string,
  settings: Record<string, string | number>,
  sizeBytes: number,
) => Promise<{ inserted: number; leftOut: number }>

export interface SpoolInsertOptions {
  /** Size of a spool; unlimited where rows of the whole file belong together. */
  spoolBytes: number
  /** What the file should have been, for the error when nothing in it can be read. */
  expected: string
  /** Where unknown fields go. */
  shape: KeepShape
}

async function insertSpool(
  spool: Spool,
  keeper: Keeper,
  plan: SplitPlan,
  sink: Sink,
  insert: InsertFile,
): Promise<void> {
  await keeper.insert(
    spool.path,
    spool.sizeBytes,
    async (path, settings, sizeBytes) => {
      const { inserted } = await insert(path, settings, sizeBytes)
      sink.progress({ rows: inserted })
    },
    (path) => insertSpans(path, plan, sink, insert),
  )
}

/** The engine refused a byte somewhere: the spans are parsed one by one. */
async function insertSpans(path: string, plan: SplitPlan, sink: Sink, insert: InsertFile): Promise<void> {
  const again = await splitToSpools(
    path,
    plan,
    [sink.spoolPath('json'), sink.spoolPath('json')],
    async (valid) => {
      const { inserted, leftOut } = await insert(valid.path, { input_format_allow_errors_ratio: 1 }, valid.sizeBytes)
      const lost = valid.elements - inserted - leftOut
      if (lost > 0) sink.lose('bad-row', lost)
      sink.progress({ rows: inserted })
    },
    { validate: true, spoolBytes: Number.MAX_SAFE_INTEGER },
  )
  if (again.badRows > 0) sink.lose('bad-row', again.badRows)
}

/** Reads the whole source; counts `bad-row` and `truncated`. Throws `UnreadableEvidence` when it holds garbage and no span. */
export async function spoolInsert(
  source: Source,
  sink: Sink,
  plan: SplitPlan,
  insert: InsertFile,
  options: SpoolInsertOptions,
): Promise<void> {
  let told = 0
  const keeper = new Keeper(sink, options.shape)
  const report = await splitToSpools(
    source.path,
    plan,
    [sink.spoolPath('json'), sink.spoolPath('json')],
    async (spool) => {
      await insertSpool(spool, keeper, plan, sink, insert)
      sink.progress({ bytes: spool.sourceBytes - told })
      told = spool.sourceBytes
    },
    { validate: false, spoolBytes: options.spoolBytes },
  )
  if (report.elements === 0 && (report.badRows > 0 || report.truncated))
    throw new UnreadableEvidence(
      source.name,
      `it begins like ${options.expected}, but no whole span can be read from it`,
      'Export the traces again, or look at the file: it may be cut short or mixed with other output.',
    )
  if (report.badRows > 0) sink.lose('bad-row', report.badRows)
  if (report.truncated || source.truncated) sink.lose('truncated', 1)
}
