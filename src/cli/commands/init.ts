/** `faultline init` on the command line. Its work is loaded when it is asked for: reading and writing charters takes more code than all the rest. */
import { Command } from 'commander'
import type { Environment } from '../environment.js'
import type { InitOptions } from '../init.js'

const help = `
Measured latencies and everything that must have been decided (stores, caches,
queues, calls between teams) become proposals: they are never broken, until
somebody says why and deletes "status: proposed".

Examples:
  $ faultline init traces/                     writes faultline.yaml
  $ faultline init traces/ -o docs/shop.yaml
  $ faultline init traces/ -o -                prints it
  $ faultline init new-traces/                 adds what is new, changes nothing
  $ faultline audit traces/ --charter faultline.yaml`

export function initCommand(environment: Environment): Command {
  return new Command('init')
    .summary('write a first charter from what was seen')
    .description('Reads traces and writes a charter: services, stores, queues, measured latencies and open questions.')
    .argument('<evidence...>', 'files, folders, globs, or - for standard input')
    .option('-o, --output <file>', 'the charter to write or add to; - prints it (default: faultline.yaml)')
    .option('--charter <file>', 'the charter to begin with (default: the one that is written)')
    .addHelpText('after', help)
    .action(async (evidence: string[], options: InitOptions) => {
      const { init } = await import('../init.js')
      await init(environment, evidence, options)
    })
}
