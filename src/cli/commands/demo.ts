/**
 * `faultline demo`: the whole way on the recorded bookshop that comes with the package, so that a first report needs no evidence.
 * It never fails a gate: the shop is faulty on purpose.
 */
import { access } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Command } from 'commander'
import { reporters } from '../../report/reporters/index.js'
import { coverageText, findingsText } from '../../report/verdict-text.js'
import { fileDestinations, writeReport } from '../destinations.js'
import { wantsColour } from '../environment.js'
import type { Environment } from '../environment.js'
import { runWithProgress } from '../run-with-progress.js'

const fileName = 'faultline-report.html'

const help = `
Example:
  $ faultline demo                  then open ${fileName} in a browser`

/** A path as somebody in `folder` would type it. */
function typed(path: string, folder: string): string {
  const near = relative(folder, path)
  return near.startsWith('..') ? path : near
}

export function demoCommand(environment: Environment): Command {
  return new Command('demo')
    .summary('audit the recorded bookshop')
    .description(
      `Audits the recording of a small bookshop with faults built in, which comes with Faultline, prints the report and writes ${fileName} to this folder.`,
    )
    .addHelpText('after', help)
    .action(async () => {
      const { stdout, variables, folder, demoEvidence } = environment
      const recordings = dirname(dirname(demoEvidence))
      const [file] = await fileDestinations([fileName], [], folder)
      const html = reporters.find((entry) => entry.id === 'html')
      const terminal = reporters.find((entry) => entry.id === 'terminal')
      if (file === undefined || html === undefined || terminal === undefined) throw new Error('a reporter is missing')
      await access(demoEvidence).catch(() => {
        throw new Error(`the recorded bookshop is missing: ${demoEvidence}`)
      })
      const report = await runWithProgress(
        environment,
        { evidence: [demoEvidence], arguments: ['demo'] },
        { reporters: [html, terminal] },
      )
      await writeReport(file, (await html.load()).render(report, { columns: 80, colour: false }))
      const options = { columns: stdout.columns ?? 80, colour: wantsColour(stdout, variables) }
      await stdout.write((await terminal.load()).render(report, options))
      await stdout.write(
        [
          '',
          `The bookshop: ${findingsText(report)}.`,
          `${coverageText(report)}.`,
          '',
          `Report   ${file.path}`,
          '',
          'Next',
          `  open ${fileName} in a browser`,
          '  faultline explain AUDIT            why a finding matters and how to mend it',
          '  faultline audit traces/            the same on your own traces',
          `  faultline audit ${typed(join(recordings, 'mended', 'traces.jsonl.gz'), folder)}`,
          '                                     the same shop with every fault mended',
          `  faultline audit ${typed(demoEvidence, folder)} \\`,
          `    --charter ${typed(join(dirname(recordings), 'charter', 'flawed', 'faultline.yaml'), folder)}`,
          '                                     the shop beside what it is for',
          '  faultline audit --help             formats, gates and examples',
          '',
        ].join('\n'),
      )
    })
}
