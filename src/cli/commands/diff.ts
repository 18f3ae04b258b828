/**
 * `faultline diff`: two JSON reports side by side, without an engine. It tells and does not judge: it exits with 0 unless
 * `--fail-on` makes a gate of it.
 */
import { Command, Option } from 'commander'
import { compareReports } from '../../report/comparison.js'
import { comparisonMarkdown } from '../../report/comparison/markdown-section.js'
import { printComparison } from '../../report/comparison/terminal-section.js'
import { jsonText } from '../../report/json-text.js'
import { createPage } from '../../report/reporters/terminal/page.js'
import type { Comparison } from '../../model/comparison.js'
import { wantsColour } from '../environment.js'
import type { Environment } from '../environment.js'
import { exitCodes } from '../exit.js'
import type { ExitCode } from '../exit.js'
import { failing, gates } from '../gate.js'
import type { Gate } from '../gate.js'

const formats = ['terminal', 'markdown', 'json'] as const

interface DiffOptions {
  format: (typeof formats)[number]
  failOn: Gate
  allowLostEvidence?: boolean
}

const help = `
A finding that is gone is fixed only if its audit still gives a verdict and
its place is still in the evidence; otherwise it is no longer evaluable.

Examples:
  $ faultline diff before.json after.json
  $ faultline diff before.json after.json --format markdown > comment.md
  $ faultline diff before.json after.json --fail-on warning`

export function diffCommand(environment: Environment, exit: (code: ExitCode) => void): Command {
  return new Command('diff')
    .summary('compare two reports')
    .description('Tells which findings are new, known, fixed or no longer evaluable between two JSON reports.')
    .argument('<before>', 'the older report, as JSON')
    .argument('<after>', 'the newer report, as JSON')
    .addOption(new Option('--format <format>', 'format on standard output').choices(formats).default('terminal'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 at a new finding this severe').choices(gates).default('never'),
    )
    .option('--allow-lost-evidence', 'findings that can no longer be judged do not fail')
    .addHelpText('after', help)
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { readReport } = await import('../baseline.js')
      const older = await readReport(before, environment.folder)
      const newer = await readReport(after, environment.folder)
      const comparison = compareReports(older, newer, before)
      await environment.stdout.write(textOf(comparison, options.format, environment))
      const failed = failing(comparison, options.failOn, options).length > 0
      exit(failed ? exitCodes.failed : exitCodes.passed)
    })
}

function textOf(comparison: Comparison, format: DiffOptions['format'], environment: Environment): string {
  const { stdout, variables } = environment
  switch (format) {
    case 'json':
      return jsonText(comparison)
    case 'markdown':
      return `${comparisonMarkdown(comparison).join('\n\n')}\n`
    case 'terminal': {
      const columns = Math.min(Math.max(stdout.columns ?? 80, 60), 110)
      const page = createPage(columns, wantsColour(stdout, variables))
      printComparison(page, comparison)
      return page.toString().trimStart()
    }
  }
}
