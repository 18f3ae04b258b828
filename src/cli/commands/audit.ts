/**
 * `faultline audit`: reads evidence, prints or writes reports, and decides the gate.
 * Everything that can be refused is refused before the engine starts.
 */
import { Argument, Command, Option } from 'commander'
import { redactUrl } from '../../lib/redact-url.js'
import { pad, wrap } from '../../lib/text.js'
import type { Report } from '../../model/report.js'
import { compareReports } from '../../report/comparison.js'
import { rowsOf } from '../../report/evidence-text.js'
import { families } from '../../report/families.js'
import { reporters } from '../../report/reporters/index.js'
import type { ComparableReport } from '../../report/comparison/comparable.js'
import type { refuseOverwriting } from '../baseline.js'
import { asOfDate, charterOf } from '../charter-option.js'
import { fileDestinations, writeReport } from '../destinations.js'
import { wantsColour } from '../environment.js'
import type { Environment } from '../environment.js'
import { exitCodes, InvocationError } from '../exit.js'
import type { ExitCode } from '../exit.js'
import { liveOptions, withLiveOptions, type LiveWords } from '../live-options.js'
import { checkPrescriptionFolder, writePrescriptions } from '../prescription-output.js'
import { lostEvidenceText } from '../lost-evidence-text.js'
import { exitCodeOf, gates } from '../gate.js'
import type { Gate } from '../gate.js'
import { runWithProgress } from '../run-with-progress.js'
import { addStoreOptions, storeArguments, storeOf, type StoreWords } from '../store-option.js'

interface AuditOptions extends StoreWords, LiveWords {
  charter?: string
  asOf?: string
  output?: string[]
  format: string
  failOn: Gate
  baseline?: string
  allowLostEvidence?: boolean
  prescriptions?: string
  list?: boolean
  verbose?: boolean
}

const help = `
Evidence is known by its content, not by its name: OTLP (JSON and protobuf),
Jaeger JSON, Zipkin JSON and tables in the otel_traces columns; plain, gzip or
zstd.

Examples:
  $ faultline audit traces/
  $ faultline audit traces/ -o report.html
  $ faultline audit a.json 'b/*.jsonl.gz' --format markdown > comment.md
  $ zcat spans.json.gz | faultline audit - --fail-on warning -o report.sarif
  $ faultline audit traces/ -o baseline.json --fail-on never    the first run
  $ faultline audit traces/ --baseline baseline.json            every other run
  $ faultline audit traces/ --charter faultline.yaml --as-of 2027-03-01
  $ faultline audit --store clickhouse://reader@traces:8123/otel \\
      --from 2027-03-01 --to 2027-03-02 --sample 1/16
  $ faultline audit traces/ redis://cache:6379 --monitor 10s
  $ faultline audit amqp+http://user:password@rabbit:15672/shop --for 30s
  $ faultline audit traces/ monitor.txt --prescriptions mends/
  $ faultline audit --list

Exit codes:
  0  no finding at or above --fail-on; with --baseline, no new one
  1  there is one, or one of the baseline can no longer be judged
  2  bad invocation, or evidence that cannot be read or holds nothing
  3  Faultline itself failed, or an audit broke`

export function auditCommand(environment: Environment, exit: (code: ExitCode) => void): Command {
  const formats = reporters.map((entry) => entry.id)
  return addStoreOptions(withLiveOptions(new Command('audit')))
    .summary('audit the evidence of a running system')
    .description('Reads traces and reports where the architecture will break, what it costs and how to mend it.')
    .addArgument(new Argument('[evidence...]', 'files, folders, globs, addresses, or - for standard input'))
    .option('-o, --output <file>', 'write a report; the format follows the ending (repeatable)', collect)
    .addOption(new Option('--format <format>', 'format on standard output').choices(formats).default('terminal'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 at a finding this severe').choices(gates).default('critical'),
    )
    .option('--baseline <report>', 'an earlier JSON report: what it knows does not fail the gate')
    .option('--allow-lost-evidence', 'findings of the baseline that can no longer be judged do not fail')
    .option('--charter <file>', 'what the system is for, who owns what, limits and waivers')
    .option('--as-of <date>', 'day that dates of the charter are compared with (default: the end of the evidence)')
    .option('--prescriptions <folder>', 'write mends that can be used as they are: caches, keys to warm, settings')
    .option('--list', 'print the audits and stop')
    .option('--verbose', 'say how long it took, even where no terminal is')
    .addHelpText('after', help)
    .action(async (evidence: string[], options: AuditOptions) => {
      if (options.list === true) {
        await environment.stdout.write(await listText(environment))
        return
      }
      if (evidence.length === 0 && options.store === undefined) {
        throw new InvocationError(
          'no evidence was given',
          'Name files or folders with traces, or - for standard input: faultline audit traces/',
        )
      }
      exit(await audit(environment, evidence, options))
    })
}

function collect(value: string, all: string[] | undefined): string[] {
  return [...(all ?? []), value]
}

/** Loaded only here: checking a report takes long to load. */
async function readBaseline(
  baseline: string,
  files: Parameters<typeof refuseOverwriting>[1],
  { folder }: Environment,
): Promise<ComparableReport> {
  const { readReport, refuseOverwriting } = await import('../baseline.js')
  const before = await readReport(baseline, folder)
  await refuseOverwriting(baseline, files, folder)
  return before
}

async function audit(environment: Environment, evidence: string[], options: AuditOptions): Promise<ExitCode> {
  const names = options.output ?? []
  const files = await fileDestinations(names, evidence, environment.folder)
  const { baseline } = options
  const before = baseline === undefined ? undefined : await readBaseline(baseline, files, environment)
  if (options.prescriptions !== undefined) await checkPrescriptionFolder(options.prescriptions, environment.folder)
  const asOf = options.asOf === undefined ? undefined : asOfDate(options.asOf)
  const charter = await charterOf(environment, options.charter)
  const store = await storeOf(environment, options)
  if (store && options.dryRun === true) {
    const dryRun = await environment.loadDryRun()
    await environment.stdout.write(await dryRun(store, charter?.hosts))
    return exitCodes.passed
  }
  const live = liveOptions(options, environment, environment.signal)
  const words = ['audit', ...evidence.map(redactUrl), '--format', options.format, '--fail-on', options.failOn]
  if (baseline !== undefined) words.push('--baseline', baseline)
  if (options.charter !== undefined) words.push('--charter', options.charter)
  if (asOf !== undefined) words.push('--as-of', asOf)
  if (options.allowLostEvidence === true) words.push('--allow-lost-evidence')
  if (options.prescriptions !== undefined) words.push('--prescriptions', options.prescriptions)
  if (options.monitor !== undefined) words.push('--monitor', options.monitor)
  if (options.for !== undefined) words.push('--for', options.for)
  if (options.commandsPerSecond !== undefined) words.push('--commands-per-second', options.commandsPerSecond)
  words.push(...storeArguments(options))
  const given = [...words, ...names.flatMap((name) => ['-o', name])]
  const entry = reporters.find((candidate) => candidate.id === options.format)
  if (entry === undefined) throw new InvocationError(`unknown format ${options.format}`)
  const audited = await runWithProgress(
    environment,
    {
      evidence,
      live,
      arguments: given,
      ...(store && { store }),
      ...(charter && { charter }),
      ...(asOf !== undefined && { asOf }),
    },
    { verbose: options.verbose ?? false, reporters: [entry, ...files.map((file) => file.reporter)] },
  )
  const report =
    before === undefined || baseline === undefined
      ? audited
      : { ...audited, comparison: compareReports(before, audited, baseline) }
  for (const file of files) {
    const reporter = await file.reporter.load()
    await writeReport(file, reporter.render(report, { columns: 80, colour: false }))
    await environment.stderr.write(`Wrote ${file.name}\n`)
  }
  if (options.prescriptions !== undefined) await writePrescriptions(environment, options.prescriptions, report)
  const { stdout, variables } = environment
  const text = (await entry.load()).render(report, {
    columns: stdout.columns ?? 80,
    colour: wantsColour(stdout, variables),
  })
  await stdout.write(text)
  if (report.evidence.every((each) => rowsOf(each) === 0)) {
    // A gate that passes because a folder was empty is the worst failure of all.
    throw new InvocationError(
      'neither a span nor anything else was found in the evidence, so nothing could be judged',
      'Look at the evidence and its losses in the report, or name other files.',
    )
  }
  await tellLostEvidence(environment, report, options)
  const code = exitCodeOf(report, options.failOn, options)
  if (code === exitCodes.broken) {
    await environment.stderr.write('faultline: an audit broke; see the report. This is a fault in Faultline.\n')
  }
  return code
}

/** A page may scroll by; what looks like a mend and is none is said on standard error as well. */
async function tellLostEvidence(environment: Environment, report: Report, options: AuditOptions): Promise<void> {
  const text = report.comparison === undefined ? '' : lostEvidenceText(report.comparison, options.failOn, options)
  if (text !== '') await environment.stderr.write(text)
}

async function listText(environment: Environment): Promise<string> {
  const audits = await environment.loadAudits()
  const columns = Math.min(environment.stdout.columns ?? 80, 110)
  const lines: string[] = []
  const add = (head: string, text: string) =>
    wrap(text, columns - 26).forEach((row, index) => lines.push(pad(index === 0 ? head : '', 26) + row))
  for (const family of families) {
    lines.push(`${family.id}: ${family.title}`)
    const own = audits.filter((audit) => audit.family === family.id).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (const audit of own) add(`  ${audit.id}`, audit.failureTitle)
    const missing = family.catalogue.filter((id) => !own.some((audit) => audit.id === id))
    if (missing.length > 0) add('  not yet looked at', missing.join(', '))
    lines.push('')
  }
  return `${lines.join('\n')}\nfaultline explain AUDIT tells more about one.\n`
}
