/**
 * `--store` and what belongs to it: which part of a server's table is audited, and how to log in. Passwords come from a file or the
 * environment only. What is easily got wrong: a time without a zone is UTC, whatever the zone of this machine, so that two people ask the same.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { InPlaceOptions } from '../engine/run-in-place.js'
import { nameText } from '../report/place-text.js'
import type { Environment } from './environment.js'
import { InvocationError } from './exit.js'

export interface StoreWords {
  store?: string
  from?: string
  to?: string
  services?: string[]
  sample?: string
  workDatabase?: string
  passwordFile?: string
  dryRun?: boolean
  sinceLast?: boolean
  stateDatabase?: string
}

const passwordVariable = 'FAULTLINE_CLICKHOUSE_PASSWORD'

export function addStoreOptions(command: Command): Command {
  return command
    .option('--store <address>', 'audit spans in a ClickHouse server: clickhouse://user@host:8123/otel')
    .option('--from <time>', 'with --store: first start of a span, UTC (2027-03-01 or 2027-03-01T06:00)')
    .option('--to <time>', 'with --store: where the window ends, exclusive')
    .addOption(
      new Option('--services <names>', 'with --store: only traces that one of these took part in').argParser(
        (value: string, before?: string[]) => [...(before ?? []), ...value.split(',').map((name) => name.trim())],
      ),
    )
    .option('--sample <1/n>', 'with --store: one trace in n, by the hash of its id')
    .option('--work-database <name>', 'with --store: database for derived tables; made, and dropped at the end')
    .option('--since-last', 'with --store: read only days that --state-database does not have yet')
    .option('--state-database <name>', 'with --since-last: where aggregates of days are kept')
    .option('--dry-run', 'with --store: print the queries and what they would read, and stop')
    .option('--password-file <file>', `with --store: holds the password (or ${passwordVariable})`)
}

/** What was asked of a store; undefined without `--store`. */
export async function storeOf(environment: Environment, words: StoreWords): Promise<InPlaceOptions | undefined> {
  if (words.store === undefined) {
    const lone = (
      [
        'from',
        'to',
        'services',
        'sample',
        'workDatabase',
        'passwordFile',
        'dryRun',
        'sinceLast',
        'stateDatabase',
      ] as const
    ).find((name) => words[name] !== undefined)
    if (lone !== undefined)
      throw new InvocationError(
        `--${lone.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} belongs to --store`,
        'Files are read whole; give --store clickhouse://… to audit part of a table.',
      )
    return undefined
  }
  if (words.from === undefined || words.to === undefined)
    throw new InvocationError(
      '--store needs --from and --to',
      'A server keeps more than one audit should read: --from 2027-03-01 --to 2027-03-02',
    )
  const fromMs = timeOf('--from', words.from)
  const toMs = timeOf('--to', words.to)
  if (fromMs >= toMs) throw new InvocationError('--from does not lie before --to', 'Swap them, or widen the window.')
  const services = words.services ?? []
  if (services.includes(''))
    throw new InvocationError('--services names an empty service', 'For example --services cart,orders')
  if ((words.sinceLast === true) !== (words.stateDatabase !== undefined))
    throw new InvocationError(
      '--since-last and --state-database belong together',
      'Name a database in which aggregates of days may stay: --since-last --state-database faultline',
    )
  return {
    address: words.store,
    password: await passwordOf(environment, words.passwordFile),
    selection: { fromMs, toMs, services, sample: sampleOf(words.sample) },
    ...(words.workDatabase !== undefined && { workDatabase: words.workDatabase }),
    ...(words.stateDatabase !== undefined && { stateDatabase: words.stateDatabase }),
    ...(environment.beforeStop && { beforeStop: environment.beforeStop }),
  }
}

/** The same words again, for the report; nothing in them is secret. */
export function storeArguments(words: StoreWords): string[] {
  if (words.store === undefined) return []
  const pairs: [string, string | undefined][] = [
    ['--store', words.store.replace(/\/\/([^/@:]*):[^/@]*@/, '//$1@')],
    ['--from', words.from],
    ['--to', words.to],
    ['--services', words.services?.join(',')],
    ['--sample', words.sample],
    ['--work-database', words.workDatabase],
    ['--password-file', words.passwordFile],
    ['--state-database', words.stateDatabase],
  ]
  return [
    ...(words.sinceLast === true ? ['--since-last'] : []),
    ...pairs.flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
  ]
}

function timeOf(option: string, text: string): number {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text)
  const ms = found ? Date.parse(`${found[1]}T${found[2] ?? '00:00'}${found[3] ?? ':00'}${found[4] ?? 'Z'}`) : Number.NaN
  if (Number.isNaN(ms))
    throw new InvocationError(
      `${option} is no time: ${nameText(text)}`,
      'Write 2027-03-01, 2027-03-01T06:00 or 2027-03-01T06:00:00+02:00.',
    )
  return ms
}

function sampleOf(text: string | undefined): number {
  if (text === undefined) return 1
  const of = Number(/^1\/(\d{1,6})$/.exec(text)?.[1])
  if (!Number.isInteger(of) || of < 1)
    throw new InvocationError(`--sample is no share: ${nameText(text)}`, 'Write one trace in sixteen as 1/16.')
  return of
}

/** From the file, else from the environment; empty when there is none. */
export async function passwordOf({ variables, folder }: Environment, file: string | undefined): Promise<string> {
  if (file === undefined) return variables[passwordVariable] ?? ''
  try {
    return (await readFile(resolve(folder, file), 'utf8')).replace(/\r?\n$/, '')
  } catch {
    throw new InvocationError(
      `the password file ${nameText(file)} cannot be read`,
      `Check its name, or set ${passwordVariable}.`,
    )
  }
}
