/**
 * The busiest ten seconds of several root operations together. Each tells of its sixty busiest windows only, so in long evidence
 * the joint peak lies between two bounds: whoever accuses takes the bound that speaks against the accusation.
 */
import { sum } from '../../lib/totals.js'
import type { RequestLoadRow } from '../../survey/rows.js'

export const windowSeconds = 10

export interface PeakLoad {
  /** Requests per second that surely came at one time. */
  atLeast: number
  /** No window can have had more. */
  atMost: number
  /** Requests per second without failure in the window that served most. */
  served: number
  /** Of the operation with the highest peak. */
  traceIds: string[]
}

export function peakLoad(rows: readonly RequestLoadRow[]): PeakLoad {
  const windows = new Map<number, { requests: number; served: number }>()
  for (const row of rows) {
    for (const [index, window] of row.peakWindows.entries()) {
      const requests = row.peakWindowRequests[index] ?? 0
      const before = windows.get(window) ?? { requests: 0, served: 0 }
      windows.set(window, {
        requests: before.requests + requests,
        served: before.served + requests - (row.peakWindowErrors[index] ?? 0),
      })
    }
  }
  let most = 0
  let served = 0
  for (const window of windows.values()) {
    most = Math.max(most, window.requests)
    served = Math.max(served, window.served)
  }
  const complete = rows.every((row) => row.windows <= row.peakWindows.length)
  const busiest = rows.reduce<RequestLoadRow | undefined>(
    (best, row) => (best && best.peakRequests >= row.peakRequests ? best : row),
    undefined,
  )
  return {
    atLeast: most / windowSeconds,
    atMost: (complete ? most : sum(rows, (row) => row.peakRequests)) / windowSeconds,
    served: served / windowSeconds,
    traceIds: busiest?.peakTraceIds ?? [],
  }
}
