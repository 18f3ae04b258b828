/**
 * `faultline import`: loads evidence into a table of spans on a ClickHouse server, to be audited there with all that follows.
 * Sent again, the same file adds nothing; stopped halfway, it goes on where it stopped.
 */
import { Command } from 'commander'
import { nameText } from '../../report/place-text.js'
import { countText } from '../../report/quantity-text.js'
import type { Environment } from '../environment.js'
import { InvocationError } from '../exit.js'
import { createProgressLine } from '../progress-line.js'
import { passwordOf } from '../store-option.js'

interface ImportWords {
  store?: string
  passwordFile?: string
  createTable?: boolean
}

const help = `
The table is one of the OpenTelemetry exporter's, with attributes in maps. Each
piece of a file has a name that the server remembers, so that no span comes
twice; docs/clickhouse.md says for how long.

Examples:
  $ faultline import traces/ --store clickhouse://writer@traces:8123/otel
  $ faultline import a.jsonl.gz --store clickhouse://localhost/otel --create-table
  $ faultline audit --store clickhouse://reader@traces:8123/otel \\
      --from 2027-03-01 --to 2027-03-02`

export function importCommand(environment: Environment): Command {
  return new Command('import')
    .summary('load evidence into a table on a ClickHouse server')
    .description('Reads traces and adds them to a table of spans on a ClickHouse server, each file exactly once.')
    .argument('<evidence...>', 'files, folders, globs, or - for standard input')
    .option('--store <address>', 'the table: clickhouse://user@host:8123/otel?table=otel_traces')
    .option('--create-table', 'create the table where there is none')
    .option('--password-file <file>', 'holds the password (or FAULTLINE_CLICKHOUSE_PASSWORD)')
    .addHelpText('after', help)
    .action(async (evidence: string[], words: ImportWords) => {
      if (words.store === undefined)
        throw new InvocationError('no store was given', 'Say where to: --store clickhouse://user@host:8123/otel')
      await load(environment, evidence, words.store, words)
    })
}

async function load(environment: Environment, evidence: string[], address: string, words: ImportWords): Promise<void> {
  const password = await passwordOf(environment, words.passwordFile)
  const importInto = await environment.loadImport()
  const line = createProgressLine(environment.stderr, false)
  let finished = false
  try {
    line.emit({ kind: 'stage-start', stage: 'import', parts: 0 })
    const files = await importInto({
      evidence,
      address,
      password,
      createTable: words.createTable ?? false,
      progress: line,
      ...(environment.beforeStop && { beforeStop: environment.beforeStop }),
    })
    finished = true
    await line.finish(true)
    for (const { source, spans, pieces, losses } of files) {
      const lost = [...losses].filter(([, count]) => count > 0).map(([id, count]) => `${id} × ${count}`)
      const told = lost.length > 0 ? `; lost ${lost.join(', ')}` : ''
      await environment.stdout.write(
        `${nameText(source)}: ${countText(spans, 'span')} in ${countText(pieces, 'piece')}${told}\n`,
      )
    }
    const spans = files.reduce((sum, file) => sum + file.spans, 0)
    if (spans === 0)
      throw new InvocationError('no span was found in the evidence, so nothing was sent', 'Name other files.')
  } finally {
    if (!finished) await line.finish(false)
  }
}
