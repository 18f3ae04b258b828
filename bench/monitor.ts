/** What the audit of a long capture of MONITOR takes: the whole command line, from the text to the report. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figures.js'
import { measureAudit } from './measure.js'
import { writeMonitorCapture } from './monitor-capture.js'

const targetMs = 60_000
const targetBytes = 1.5e9

export async function monitor(megabytes: number, load: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-monitor-'))
  const capture = join(folder, 'monitor.txt')
  const [work, target] = [`audit of a capture of MONITOR, ${megabytes} MB`, '≤ 60 s, ≤ 1.5 GB peak']
  try {
    const lines = writeMonitorCapture(capture, megabytes * 1e6)
    const run = await measureAudit(capture, join(folder, 'report.json'))
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
    const rate = Math.round(statSync(capture).size / 1e6 / (run.wallMs / 1_000))
    return [
      {
        id: 'monitor',
        work,
        target,
        measured: `${seconds(run.wallMs)} at load ${load.toFixed(1)}, ${seconds(run.processorMs)} of processor, peak ${Math.round(run.peakBytes / 1e6).toLocaleString('en')} MB (${(lines / 1e6).toFixed(1)} M lines, ${rate} MB/s)`,
        met: run.wallMs <= targetMs && run.peakBytes <= targetBytes,
      },
    ]
  } catch (error) {
    process.stderr.write(`${work}: ${error instanceof Error ? error.message : String(error)}\n`)
    return [{ id: 'monitor', work, target, measured: 'failed', met: false }]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
