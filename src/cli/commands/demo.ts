/**
 * `faultline demo`: the whole way on a sample that comes with the package, so that a first report needs no evidence.
 * It never fails a gate: the sample is faulty on purpose.
 */
import { access } from 'node:fs/promises'
import { Command } from 'commander'
import { reporters } from '../../report/reporters/index.js'
import { coverageText, findingsText } from '../../report/verdict-text.js'
import { fileDestinations, writeReport } from '../destinations.js'
import type { Environment } from '../environment.js'
import { runWithProgress } from './audit.js'

const fileName = 'faultline-report.html'

const help = `
Example:
  $ faultline demo                  then open ${fileName} in a browser`

export function demoCommand(environment: Environment): Command {
  return new Command('demo')
    .summary('audit the packaged sample')
    .description(`Audits a small sample system that comes with Faultline and writes ${fileName} to this folder.`)
    .addHelpText('after', help)
    .action(async () => {
      const { stdout, folder, demoEvidence } = environment
      const [file] = await fileDestinations([fileName], [], folder)
      const html = reporters.find((entry) => entry.id === 'html')
      if (file === undefined || html === undefined) throw new Error('the HTML reporter is missing')
      await access(demoEvidence).catch(() => {
        throw new Error(`the packaged sample is missing: ${demoEvidence}`)
      })
      const report = await runWithProgress(environment, [demoEvidence], ['demo'], false)
      await writeReport(file, (await html.load()).render(report, { columns: 80, colour: false }))
      await stdout.write(
        [
          `The sample system: ${findingsText(report)}.`,
          `${coverageText(report)}.`,
          '',
          `Report   ${file.path}`,
          '',
          'Next',
          `  open ${fileName} in a browser`,
          '  faultline explain AUDIT            why a finding matters and how to mend it',
          '  faultline audit traces/            the same on your own traces',
          '  faultline audit --help             formats, gates and examples',
          '',
        ].join('\n'),
      )
    })
}
