/**
 * Writes many small JSON sources into one spool, so that the engine plans one query for all of them.
 * What is easily got wrong: names are hostile and never reach the engine, so every line is given the number of its file; a document that has
 * such a member of its own makes the engine refuse a second one, and its file is then read alone.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { OpenSource, Sink } from '../../model/importer.js'
import { Keeper, type KeepShape } from './json-keep.js'
import type { SplitPlan } from './json-plans.js'
import { JsonSplitter } from './json-split.js'

/** Member that holds the number of a line's file. */
export const fileMember = 'faultlineFile'

interface JointSpool {
  path: string
  /** The sources in it, in the order of their numbers. */
  taken: OpenSource[]
  /** Sources with something to repair: each must be read alone. */
  left: OpenSource[]
  sizeBytes: number
}

/** Splits every source by `plan` into a spool of the first one's sink. */
function writeJointSpool(sources: readonly OpenSource[], plan: SplitPlan): JointSpool {
  const path = (sources[0] as OpenSource).sink.spoolPath('jsonl')
  const joint: JointSpool = { path, taken: [], left: [], sizeBytes: 0 }
  const file = openSync(path, 'w')
  try {
    for (const each of sources) {
      const lines = numberedLines(each, plan, joint.taken.length)
      if (!lines) {
        joint.left.push(each)
        continue
      }
      for (let written = 0; written < lines.length;) written += writeSync(file, lines, written)
      joint.sizeBytes += lines.length
      joint.taken.push(each)
    }
  } finally {
    closeSync(file)
  }
  return joint
}

/** Inserts many sources by one query; returns those that must be read alone. */
export async function jointInsert(
  sources: readonly OpenSource[],
  plan: SplitPlan,
  shape: KeepShape,
  insert: (
    path: string,
    sinks: [Sink, ...Sink[]],
    settings: Record<string, string | number>,
    sizeBytes: number,
  ) => Promise<unknown>,
): Promise<OpenSource[]> {
  const { path, taken, left, sizeBytes } = writeJointSpool(sources, plan)
  try {
    const [first, ...others] = taken.map(({ sink }) => sink)
    if (first && sizeBytes > 0)
      await new Keeper(first, shape).insert<unknown>(
        path,
        sizeBytes,
        (kept, settings, keptBytes) => insert(kept, [first, ...others], settings, keptBytes),
        (_path, error) => Promise.reject(error as Error),
      )
  } finally {
    rmSync(path, { force: true })
  }
  for (const { source, sink } of taken) sink.progress({ bytes: source.sizeBytes })
  return left
}

/** The lines of one source; undefined when it is cut, or not all of it is understood. */
function numberedLines({ source }: OpenSource, plan: SplitPlan, number: number): Buffer | undefined {
  if (source.truncated) return undefined
  const member = Buffer.from(`{"${fileMember}":${number},`)
  const pieces: Buffer[] = []
  const splitter = new JsonSplitter(source.path, plan, { validate: false })
  try {
    for (let lines = splitter.next(); lines !== undefined; lines = splitter.next())
      for (let start = 0, end = lines.indexOf(0x0a); end >= 0; start = end + 1, end = lines.indexOf(0x0a, start)) {
        if (lines[start] !== 0x7b || lines[start + 1] === 0x7d) return undefined
        pieces.push(member, lines.subarray(start + 1, end + 1))
      }
  } finally {
    splitter.close()
  }
  const { badRows, truncated } = splitter.report
  return badRows > 0 || truncated ? undefined : Buffer.concat(pieces)
}
