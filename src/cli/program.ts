/**
 * The command line as a whole: parses, runs one command, and turns every way it can end into an exit code.
 * It never ends the process; main.ts does.
 */
import { Command, CommanderError } from 'commander'
import { CharterError } from '../charter/charter-error.js'
import { visible } from '../lib/text.js'
import { nameText } from '../report/place-text.js'
import { UnreadableEvidence } from '../model/importer.js'
import { auditCommand } from './commands/audit.js'
import { demoCommand } from './commands/demo.js'
import { diffCommand } from './commands/diff.js'
import { explainCommand } from './commands/explain.js'
import { importCommand } from './commands/import.js'
import { initCommand } from './commands/init.js'
import { simulateCommand } from './commands/simulate.js'
import type { Environment } from './environment.js'
import { exitCodes, InvocationError } from './exit.js'
import type { ExitCode } from './exit.js'

const help = `
Examples:
  $ faultline demo                          a first report, on a recorded shop
  $ faultline audit traces/ -o report.html
  $ faultline audit traces/ --baseline baseline.json
  $ faultline explain chatty-pair
  $ faultline simulate cache monitor.txt --size 64MB

Data goes to standard output, progress and complaints to standard error.
NO_COLOR and FORCE_COLOR are respected.`

/** Runs one command. `words` are the arguments after the name of the program. */
export async function runProgram(words: readonly string[], environment: Environment): Promise<ExitCode> {
  let code: ExitCode = exitCodes.passed
  const pending: Promise<void>[] = []
  const program = new Command('faultline')
    .description('Lighthouse for distributed systems: reads traces and says where an architecture will break.')
    .version(environment.version)
    .showHelpAfterError('(add --help for usage and examples)')
    .addHelpText('after', help)
  const commands = [
    auditCommand(environment, (value) => {
      code = value
    }),
    diffCommand(environment, (value) => {
      code = value
    }),
    explainCommand(environment),
    initCommand(environment),
    simulateCommand(environment),
    importCommand(environment),
    demoCommand(environment),
  ]
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program))
  for (const command of [program, ...commands, ...commands.flatMap((each) => each.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void pending.push(environment.stdout.write(text)),
      writeErr: (text) => void pending.push(environment.stderr.write(text)),
      getOutHelpWidth: () => Math.min(environment.stdout.columns ?? 80, 110),
      getErrHelpWidth: () => Math.min(environment.stderr.columns ?? 80, 110),
      outputError: (text, write) => write(text.replace(/[^\n]+/g, (line) => visible(line))),
    })
  }
  try {
    if (words.length === 0) {
      program.outputHelp({ error: true })
      code = exitCodes.invocation
    } else {
      await program.parseAsync([...words], { from: 'user' })
    }
  } catch (error) {
    // What fails because it was stopped has been told already.
    code = environment.signal.aborted ? exitCodes.interrupted : await explainFailure(error, environment)
  }
  await Promise.all(pending)
  return code
}

async function explainFailure(error: unknown, { stderr, variables }: Environment): Promise<ExitCode> {
  // Commander has said its piece already; help and version are not mistakes.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.invocation
  if (error instanceof CharterError) {
    await stderr.write(`faultline: ${error.place}: ${visible(error.message)}\n  ${visible(error.remedy)}\n`)
    return exitCodes.invocation
  }
  if (error instanceof InvocationError || error instanceof UnreadableEvidence) {
    const where = error instanceof UnreadableEvidence ? `${nameText(error.source)}: ` : ''
    const remedy = error.remedy === undefined ? '' : `\n  ${visible(error.remedy)}`
    await stderr.write(`faultline: ${where}${visible(error.message)}${remedy}\n`)
    return exitCodes.invocation
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const shown = variables['FAULTLINE_DEBUG'] === undefined ? detail.split('\n').slice(0, 1) : detail.split('\n')
  await stderr.write(
    `faultline: Faultline itself failed: ${shown.map(visible).join('\n')}\n` +
      '  This is a fault in Faultline, not in your evidence. FAULTLINE_DEBUG=1 prints where it happened.\n',
  )
  return exitCodes.broken
}
