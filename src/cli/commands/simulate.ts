/**
 * `faultline simulate cache` and `faultline simulate cold-start`: what another size, policy or life would do, and what an empty cache would.
 * Nothing is judged here, so there is no gate: the exit code only says whether there was an answer.
 */
import { Command, Option } from 'commander'
import type { CacheRequest, ColdStartRequest, Simulations } from '../../engine/simulation/simulate.js'
import { visible } from '../../lib/text.js'
import type { CacheStudy, ColdStartStudy } from '../../model/simulation.js'
import type { Environment } from '../environment.js'
import { InvocationError } from '../exit.js'
import { liveOptions, withLiveOptions, type LiveWords } from '../live-options.js'
import { createProgressLine } from '../progress-line.js'
import { collected, durationsOption, positiveOption, quantityOption, sizeOption } from '../quantity-options.js'
import { studyFiles, writeStudy } from '../simulation-output.js'

interface CommonWords extends LiveWords {
  cache?: string
  pattern?: string
  output?: string[]
  format: 'terminal' | 'json'
  verbose?: boolean
}

interface CacheWords extends CommonWords {
  size?: string[]
  ttl?: string[]
  policy?: string[]
}

interface ColdStartWords extends CommonWords {
  rate?: string
  capacity?: string
  latency?: string
  other?: string
  hitRatio?: string
  ttl?: string
  size?: string
  retry?: string
  timeout?: string
  warm?: string
  singleFlight?: boolean
  shedLoad?: boolean
  outage?: string
  horizon?: string
}

const evidenceHelp = `
Evidence is traces whose cache spans keep their keys, MONITOR captures, or
traces of accesses: Twitter's and libCacheSim's, block numbers, keys.`

const cacheHelp = `${evidenceHelp}

Examples:
  $ faultline simulate cache monitor.txt
  $ faultline simulate cache traces/ --pattern 'product:{id}' -o curve.svg
  $ faultline simulate cache traces/ --size 64MB --size 256MB --policy lru
  $ faultline simulate cache monitor.txt --ttl 60s --ttl 10m -o lives.html
  $ faultline simulate cache web.trace.gz --size 500 --format json

Exit codes:
  0  there is an answer
  2  bad invocation, or evidence that cannot be read or reads no such key
  3  Faultline itself failed`

const coldHelp = `${evidenceHelp}
What the evidence tells is measured; what it does not tell is said by options,
or assumed. The report says which is which.

Examples:
  $ faultline simulate cold-start traces/ --capacity 400
  $ faultline simulate cold-start traces/ --capacity 400 --retry 3 -o cold.html
  $ faultline simulate cold-start monitor.txt --capacity 400 --warm 500
  $ faultline simulate cold-start web.trace --rate 2000 --capacity 800

Exit codes:
  0  there is an answer
  2  bad invocation, or evidence that cannot be read or reads no such key
  3  Faultline itself failed`

export function simulateCommand(environment: Environment): Command {
  const command = new Command('simulate')
    .summary('what another cache, or an empty one, would do')
    .description('Replays the accesses of a cache against other sizes, policies and lives, or against an empty cache.')
  command.addCommand(cacheCommand(environment))
  command.addCommand(coldStartCommand(environment))
  return command
}

function withCommon(command: Command): Command {
  return withLiveOptions(
    command
      .argument('<evidence...>', 'files, folders, globs, addresses, or - for standard input')
      .option('--cache <address>', 'of several caches, the one whose address contains this')
      .option('--pattern <pattern>', 'only these keys: a pattern as in reports (product:{id}), or a glob (product:*)')
      .option('-o, --output <file>', 'write .svg, .html, .json or .txt (repeatable)', collected)
      .addOption(
        new Option('--format <format>', 'format on standard output').choices(['terminal', 'json']).default('terminal'),
      ),
  ).option('--verbose', 'say how long it took, even where no terminal is')
}

function cacheCommand(environment: Environment): Command {
  return withCommon(new Command('cache').summary('hit ratios of other sizes, policies and lives'))
    .description('Replays what was asked of a cache against eviction policies, sizes and times to live.')
    .option('--size <size>', 'size of the cache: 500 objects, or 64MB (repeatable)', collected)
    .option('--ttl <duration>', 'time to live, such as 60s (repeatable)', collected)
    .option('--policy <policy>', 'policy, such as lru (repeatable; default: all)', collected)
    .addHelpText('after', cacheHelp)
    .action(async (evidence: string[], words: CacheWords) => {
      await simulate(environment, evidence, words, async ({ policyIds, cache }, common) => {
        for (const id of words.policy ?? [])
          if (!policyIds.includes(id))
            throw new InvocationError(`there is no policy ${id}`, `Policies: ${policyIds.join(', ')}.`)
        const sizes = (words.size ?? []).map((text) => sizeOption('--size', text))
        if (new Set(sizes.map(({ unit }) => unit)).size > 1)
          throw new InvocationError('sizes in objects and in bytes do not go together', 'Run it once for each.')
        const ttlsMs = durationsOption('--ttl', words.ttl)
        if (ttlsMs.includes(0)) throw new InvocationError('--ttl 0: it must be more than 0')
        const request: CacheRequest = {
          ...common,
          ttlsMs,
          ...(sizes.length > 0 && { sizes }),
          ...(words.policy && { policies: policyIds.filter((id) => words.policy?.includes(id)) }),
        }
        return () => cache(request)
      })
    })
}

function coldStartCommand(environment: Environment): Command {
  return withCommon(new Command('cold-start').summary('what happens when the cache is empty'))
    .description('Calculates load, failures and recovery of the database behind a cache that was emptied.')
    .option('--rate <number>', 'requests a second (default: as measured)')
    .option('--capacity <number>', 'queries a second that the database can serve (default: its busiest second)')
    .option('--latency <duration>', 'time of a query on an idle database (default: as measured, or 5ms)')
    .option('--other <number>', 'queries a second that do not come from this cache (default: 0)')
    .option('--hit-ratio <ratio>', 'of the warm cache (default: as measured)')
    .option('--ttl <duration>', 'time to live of its objects (default: as measured)')
    .option('--size <size>', 'what the cache holds: 500 objects, or 64MB (default: everything)')
    .option('--retry <number>', 'attempts of a request that keeps failing (default: 1)')
    .option('--timeout <duration>', 'after which callers give up (default: 1s)')
    .option('--warm <number>', 'most wanted objects that are there beforehand (default: as many as are needed)')
    .option('--single-flight', 'requests for one object wait for one query')
    .option('--shed-load', 'queries that would come too late are refused at once')
    .option('--outage <duration>', 'the cache is out of reach for so long first')
    .option('--horizon <duration>', 'how long to look (default: 10m)')
    .addHelpText('after', coldHelp)
    .action(async (evidence: string[], words: ColdStartWords) => {
      await simulate(environment, evidence, words, async ({ coldStart }, common) => {
        const retry = positiveOption('--retry', 'count', words.retry)
        if (retry !== undefined && retry < 1)
          throw new InvocationError(`--retry ${retry}: the first attempt counts`, 'Give 1 for no retries.')
        const request: ColdStartRequest = {
          ...common,
          ...defined({
            requestsPerSecond: positiveOption('--rate', 'count', words.rate),
            databaseCapacityPerSecond: positiveOption('--capacity', 'count', words.capacity),
            databaseLatencyMs: positiveOption('--latency', 'duration', words.latency),
            otherPerSecond: quantityOption('--other', 'count', words.other),
            hitRatio: quantityOption('--hit-ratio', 'ratio', words.hitRatio),
            ttlMs: positiveOption('--ttl', 'duration', words.ttl),
            retryFactor: retry,
            timeoutMs: positiveOption('--timeout', 'duration', words.timeout),
            warmedObjects: quantityOption('--warm', 'count', words.warm),
            outageMs: quantityOption('--outage', 'duration', words.outage),
            horizonMs: positiveOption('--horizon', 'duration', words.horizon),
          }),
          ...(words.size !== undefined && { size: sizeOption('--size', words.size) }),
          ...(words.singleFlight && { singleFlight: true }),
          ...(words.shedLoad && { shedding: true }),
        }
        return () => coldStart(request)
      })
    })
}

function defined<Values extends Record<string, number | undefined>>(
  values: Values,
): { [Key in keyof Values]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: number
  }
}

type CommonRequest = Omit<CacheRequest, 'sizes' | 'ttlsMs' | 'policies'>

/** Everything that can be refused is refused before the evidence is read. */
async function simulate(
  environment: Environment,
  evidence: string[],
  words: CommonWords,
  prepare: (simulations: Simulations, common: CommonRequest) => Promise<() => Promise<CacheStudy | ColdStartStudy>>,
): Promise<void> {
  const files = await studyFiles(words.output ?? [], evidence, environment.folder)
  const line = createProgressLine(environment.stderr, words.verbose ?? false)
  const remarks: string[] = []
  const run = await prepare(await environment.loadSimulations(), {
    evidence,
    ...(words.cache !== undefined && { cache: words.cache }),
    ...(words.pattern !== undefined && { pattern: words.pattern }),
    live: liveOptions(words, environment, environment.signal),
    progress: line,
    remark: (remark) => void remarks.push(remark),
  })
  let study: CacheStudy | ColdStartStudy | undefined
  try {
    study = await run()
  } finally {
    await line.finish(study !== undefined)
  }
  for (const remark of remarks) await environment.stderr.write(`${visible(remark)}\n`)
  await writeStudy(environment, study, files, words.format)
}
