/**
 * Preloaded into every measured process: writes its peak memory, and the time of processors that it took, when it ends.
 * VmHWM, not getrusage: the latter counts what the parent held at the moment of the fork.
 */
import { readFileSync, writeFileSync } from 'node:fs'

function peakBytes() {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

process.on('exit', () => {
  if (process.env.BENCH_PEAK_FILE) {
    const { user, system } = process.cpuUsage()
    writeFileSync(
      process.env.BENCH_PEAK_FILE,
      JSON.stringify({ peakBytes: peakBytes(), processorMs: (user + system) / 1000 }),
    )
  }
})
