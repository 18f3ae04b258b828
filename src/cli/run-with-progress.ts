/**
 * One audit with its line of progress, which is wiped before anything else is printed.
 * Reporters are loaded while the engine works: loading them afterwards would be waited for.
 */
import type { RunOptions } from '../engine/run.js'
import type { Report } from '../model/report.js'
import type { ReporterEntry } from '../report/reporters/index.js'
import type { Environment } from './environment.js'
import { createProgressLine } from './progress-line.js'

export async function runWithProgress(
  environment: Environment,
  options: Omit<RunOptions, 'progress'> & Required<Pick<RunOptions, 'arguments'>>,
  { verbose = false, reporters = [] }: { verbose?: boolean; reporters?: readonly ReporterEntry[] } = {},
): Promise<Report> {
  const line = createProgressLine(environment.stderr, verbose)
  const loading: Promise<unknown>[] = []
  let report: Report | undefined
  try {
    const runAudit = await environment.loadEngine()
    report = await runAudit({
      ...options,
      progress: {
        emit(event) {
          line.emit(event)
          if (event.kind === 'stage-start' && event.stage === 'normalise') {
            loading.push(...reporters.map((reporter) => reporter.load()))
          }
        },
      },
    })
    await Promise.all(loading)
    return report
  } finally {
    await line.finish(report !== undefined)
  }
}
