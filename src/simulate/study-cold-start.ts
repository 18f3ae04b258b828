/** Several ways for one cache to start cold, side by side: as it is, and with what is commonly done about it. */
import type { ColdScene, ColdStartStudy, ModelInput, Simulated } from '../model/simulation.js'
import { coldStart, warmingNeeded, type ColdStartInput } from './cold-start.js'

export function studyColdStart(
  input: ColdStartInput,
  of: Simulated,
  inputs: readonly ModelInput[],
  asked: { warmedObjects?: number; singleFlight?: boolean } = {},
): ColdStartStudy {
  const needed = warmingNeeded(input)
  const warmed = asked.warmedObjects ?? needed ?? 0
  const differences: { id: string; title: string; change: Partial<ColdStartInput> }[] = [
    { id: 'plain', title: 'as it is', change: {} },
  ]
  const only = asked.warmedObjects === undefined && asked.singleFlight === undefined
  if (only || asked.singleFlight)
    differences.push({ id: 'single-flight', title: 'single flight', change: { singleFlight: true } })
  if (warmed > 0)
    differences.push({
      id: 'warmed',
      title: `${warmed.toLocaleString('en-US')} warmed`,
      change: { warmedObjects: warmed },
    })
  if (warmed > 0 && (only || asked.singleFlight))
    differences.push({ id: 'both', title: 'both', change: { warmedObjects: warmed, singleFlight: true } })
  const started = differences.map(({ id, title, change }) => ({ id, title, ...coldStart({ ...input, ...change }) }))
  const plain = started[0]!.summary
  return {
    kind: 'cold-start',
    of,
    inputs,
    warmHitRatio: plain.warmHitRatio,
    warmDatabasePerSecond: plain.warmDatabasePerSecond,
    worstDatabasePerSecond: plain.worstDatabasePerSecond,
    capacityPerSecond: input.databaseCapacityPerSecond,
    scenes: started.map(({ id, title, points, summary }): ColdScene => ({
      id,
      title,
      points,
      peakDatabasePerSecond: summary.peakDatabasePerSecond,
      overloadedMs: summary.overloadedMs,
      longestWaitMs: summary.longestWaitMs,
      failedShare: summary.failedShare,
      recoveredMs: summary.recoveredMs ?? null,
      stuck: summary.stuck,
      extraQueries: summary.extraQueries,
    })),
    warmingNeeded: needed ?? null,
  }
}
