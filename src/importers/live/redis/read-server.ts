/**
 * One server, from INFO to the last sampled key. INFO comes first: the questions about keys count as hits in it.
 * What is easily got wrong: a server may die, stall or refuse at any point; what was learnt until then is kept, and said to be a part.
 */
import type { Sink } from '../../../model/importer.js'
import { unknownServer, type CacheKeyRow, type CacheServerRow } from '../../common/cache-rows.js'
import { keyspaceOf, parseInfo, serverRows, type InfoFields } from '../../common/redis-info-text.js'
import type { Pace } from '../pace.js'
import { ForbiddenCommand, type Connection, type Question, type Reply } from './connection.js'
import { failureOf, type Failure } from './failure.js'
import { isDenial, KeyQuestions } from './key-questions.js'
import { watchCommands, type Capture } from './monitor.js'
import { sampledKeys, type SampledDatabase } from './sample.js'

/** The fewest keys of a database that are sampled, if it has them. */
const leastKeys = 200
/** Of more databases than this, those with the fewest keys are not sampled. */
const mostDatabases = 64
/** Questions for one key, about, for how long a sample may take. */
const questionsPerKey = 6
const leastMs = 12_000

export interface ServerPlace {
  /** As reports name the source. */
  source: string
  /** `redis://host:port`. */
  cache: string
  system: string
  /** The one database to look into; all when undefined. */
  database?: number | undefined
  shards: number
  slots: SampledDatabase['slots']
  /** Keys to sample, of all its databases together. */
  sample: number
  /** Seconds to watch its commands for; 0 for not at all. */
  monitorSeconds: number
}

export interface ServerAnswer {
  info: InfoFields
  /** Keys sampled, and of how many. */
  sampled: number
  total: number
  denied: readonly string[]
  /** Commands as the server ran them, where they were watched. */
  capture?: Capture
  /** Why not everything could be learnt. */
  failure?: Failure
}

interface Asking {
  connection: Connection
  pace: Pace
  place: ServerPlace
  sink: Sink
  /** What was refused. */
  denied: Set<string>
}

/** Throws, with nothing inserted, when the server tells nothing at all. */
export async function readServer(asked: Omit<Asking, 'denied'>): Promise<ServerAnswer> {
  const asking: Asking = { ...asked, denied: new Set() }
  const { place, sink, denied } = asking
  const answer: ServerAnswer = { info: new Map(), sampled: 0, total: 0, denied: [] }
  let settings: ReadonlyMap<string, string> = new Map()
  let refusal: Error | undefined
  try {
    // Whoever looks at CLIENT LIST sees who it is.
    await optional(asking, ['CLIENT', 'SETNAME', 'faultline'])
    const info = await optional(asking, ['INFO', 'all'])
    answer.info = parseInfo(typeof info === 'string' ? info : '')
    refusal = info instanceof Error ? info : undefined
    settings = pairsOf(await optional(asking, ['CONFIG', 'GET', 'maxmemory*']))
    checkAddress(place, answer.info)
    // Older servers do not have it, and idle times suffer a little.
    if (isNewer(answer.info)) await optional(asking, ['CLIENT', 'NO-TOUCH', 'ON'])
    const policy = settings.get('maxmemory-policy') ?? answer.info.get('maxmemory_policy') ?? ''
    const questions = new KeyQuestions(asking.connection, asking.pace, policy, denied)
    const databases = await databasesOf(asking, answer.info)
    answer.total = databases.reduce((sum, each) => sum + each.keys, 0)
    for (const database of databases) await sampleDatabase(asking, questions, database, answer)
    if (answer.total > 0 && answer.sampled === 0) answer.failure = hiddenKeys
    await watch(asking, answer)
  } catch (error) {
    if (error instanceof ForbiddenCommand || error instanceof MistakenAddress || asking.pace.stopped) throw error
    if (answer.info.size === 0 && answer.sampled === 0) throw error
    if (error instanceof Error && isDenial(error)) denied.add('SCAN')
    else answer.failure = failureOf(error)
  }
  if (answer.info.size === 0 && answer.sampled === 0) throw refusal ?? new Error('nothing that INFO of Redis would say')
  answer.denied = [...denied].sort()
  const { source, cache, system, shards } = place
  const rows: readonly CacheServerRow[] =
    answer.info.size > 0
      ? serverRows(answer.info, { source, cache, shards, atMs: Date.now(), settings, denied: answer.denied })
      : [{ ...unknownServer, Source: source, Cache: cache, System: system, Shards: shards, Denied: answer.denied }]
  await sink.insertRows('cache_servers', rows)
  sink.gain(rows.length, 'servers')
  return answer
}

const hiddenKeys: Failure = {
  message: 'shows none of its keys',
  remedy:
    'A replica of a cluster answers for its master: ask redis+cluster://. A user needs ~* or %R~* to look at all keys.',
}

/** Another address was meant. */
export class MistakenAddress extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message)
    this.name = 'MistakenAddress'
  }
}

function checkAddress({ database }: ServerPlace, info: InfoFields): void {
  if (info.get('redis_mode') === 'sentinel') {
    throw new MistakenAddress('is a sentinel, not a cache', 'Write redis+sentinel://host:port/name-of-the-server.')
  }
  if (info.get('redis_mode') === 'cluster' && database !== undefined && database > 0) {
    throw new MistakenAddress('is part of a cluster, which has database 0 only', 'Leave the database out.')
  }
}

/** Samples one database; what was found is inserted however it ends. */
async function sampleDatabase(
  { connection, pace, place, sink }: Asking,
  questions: KeyQuestions,
  { database, keys: total }: { database: string; keys: number },
  answer: ServerAnswer,
): Promise<void> {
  const wanted = Math.min(total, Math.max(leastKeys, Math.ceil((place.sample * total) / Math.max(1, answer.total))))
  const found: Omit<CacheKeyRow, 'Sampled'>[] = []
  try {
    await pace.take(1)
    // A new connection is in database 0, the only one of a cluster.
    if (database !== '0') await connection.ask(['SELECT', database])
    // Far away the budget cannot be used up; a part of the sample is a sample.
    const deadline = performance.now() + Math.max(leastMs, (wanted * questionsPerKey * 1_500) / pace.perSecond)
    const common = { Source: place.source, Cache: place.cache, Database: database, Total: total }
    for await (const page of sampledKeys(connection, pace, { total, wanted, slots: place.slots })) {
      for (const facts of await questions.about(page)) found.push({ ...common, ...facts })
      sink.progress({ rows: answer.sampled + found.length })
      if (performance.now() > deadline) break
    }
  } finally {
    answer.sampled += found.length
    if (found.length > 0) {
      await sink.insertRows(
        'cache_keys',
        found.map((row): CacheKeyRow => ({ ...row, Sampled: found.length })),
      )
    }
    sink.gain(found.length, 'keys')
  }
}

/** Watches commands, last of all: nothing else can be asked over the connection then. */
async function watch({ connection, pace, place, sink, denied }: Asking, answer: ServerAnswer): Promise<void> {
  if (place.monitorSeconds === 0) return
  const capture = await watchCommands(connection, sink.spoolPath('monitor'), place.monitorSeconds, pace.signal)
  if (capture.refusal) {
    if (!isDenial(capture.refusal)) throw capture.refusal
    denied.add('MONITOR')
    return
  }
  answer.capture = capture
  if (capture.lost !== undefined) throw capture.lost
}

/** The databases to sample, those with the most keys first. */
async function databasesOf(asking: Asking, info: InfoFields): Promise<{ database: string; keys: number }[]> {
  const { database } = asking.place
  if (database !== undefined) await chooseDatabase(asking, database)
  if (info.size > 0) {
    return keyspaceOf(info)
      .filter((each) => database === undefined || each.database === database.toString())
      .sort((one, other) => other.keys - one.keys || Number(one.database) - Number(other.database))
      .slice(0, mostDatabases)
  }
  const keys = await optional(asking, ['DBSIZE'])
  return typeof keys === 'number' && keys > 0 ? [{ database: (database ?? 0).toString(), keys }] : []
}

async function chooseDatabase(asking: Asking, database: number): Promise<void> {
  try {
    await optional(asking, ['SELECT', database.toString()])
  } catch (error) {
    if (!/out of range/i.test(String(error))) throw error
    throw new MistakenAddress(`has no database ${database}`, 'INFO keyspace lists those that hold keys.')
  }
}

/** The answer, or the refusal, which is noted. Throws when the server cannot serve. */
async function optional({ connection, pace, denied }: Asking, question: Question): Promise<Reply | Error> {
  await pace.take(1)
  try {
    return await connection.ask(question)
  } catch (error) {
    if (!(error instanceof Error) || !isDenial(error)) throw error
    const [command, subcommand] = question
    if (command !== 'CLIENT') denied.add(command === 'CONFIG' ? `${command} ${String(subcommand)}` : command)
    return error
  }
}

function pairsOf(reply: Reply | Error): Map<string, string> {
  const pairs = new Map<string, string>()
  if (!Array.isArray(reply)) return pairs
  for (let index = 0; index + 1 < reply.length; index += 2) pairs.set(String(reply[index]), String(reply[index + 1]))
  return pairs
}

/** Whether it is of 7.2 or later. */
function isNewer(info: InfoFields): boolean {
  const [major = 0, minor = 0] = (info.get('valkey_version') ?? info.get('redis_version') ?? '').split('.').map(Number)
  return major > 7 || (major === 7 && minor >= 2)
}
