/** The simulations of the command line: evidence in, a study out. */
import { UnreadableEvidence } from '../../model/importer.js'
import type { CacheStudy, ColdStartStudy, ModelInput } from '../../model/simulation.js'
import {
  cachePolicies,
  cachePolicyOf,
  popularityOf,
  requestCounts,
  studyCache,
  studyColdStart,
  type ColdStartInput,
} from '../../simulate/index.js'
import { chooseKeys, type KeyChoice } from './choose-keys.js'
import { measureInputs, type MeasuredInputs } from './measured-inputs.js'
import { readStream, type ReadStream } from './read-stream.js'
import { withAccesses, type AccessesOptions } from './with-accesses.js'

export interface Size {
  value: number
  unit: 'objects' | 'bytes'
}

interface Common extends AccessesOptions, KeyChoice {
  /** Told of what a user should know beside the answer. */
  remark?: (line: string) => void
}

export interface CacheRequest extends Common {
  /** All of one unit. */
  sizes?: readonly Size[]
  ttlsMs?: readonly number[]
  /** Ids of policies; all of them when left out. */
  policies?: readonly string[]
}

export type ColdStartRequest = Common & Partial<Omit<ColdStartInput, 'popularity' | 'cacheObjects'>> & { size?: Size }

export const policyIds: readonly string[] = cachePolicies.map(({ id }) => id)

/** The functions behind `faultline simulate`. */
export interface Simulations {
  policyIds: readonly string[]
  cache(request: CacheRequest): Promise<CacheStudy>
  coldStart(request: ColdStartRequest): Promise<ColdStartStudy>
}

export const simulations: Simulations = { policyIds, cache: simulateCache, coldStart: simulateColdStart }

async function simulateCache(request: CacheRequest): Promise<CacheStudy> {
  const read = await withAccesses(request, async (accesses) => {
    const chosen = await chooseKeys(accesses, request)
    remarkOnOthers(request, chosen.otherCaches)
    return readStream(accesses, chosen)
  })
  const { stream, of } = read
  const ttlsMs = request.ttlsMs ?? []
  if (ttlsMs.length > 0 && stream.timesMs === undefined)
    throw new UnreadableEvidence(
      of.sources.join(' '),
      'has no times, so nothing can expire',
      'Leave out --ttl, or give evidence with times: traces, a MONITOR capture, Twitter’s or libCacheSim’s traces.',
    )
  const bytes = request.sizes?.[0]?.unit === 'bytes'
  const sizes = request.sizes?.map(({ value }) => value).sort((a, b) => a - b)
  return studyCache(bytes ? withSizes(read) : stream, of, {
    ...(sizes && { sizes: [...new Set(sizes)] }),
    ttlsMs: [...new Set(ttlsMs)].sort((a, b) => a - b),
    ...(request.policies && { policies: request.policies.flatMap((id) => cachePolicyOf(id) ?? []) }),
  })
}

function withSizes({ stream, sizes, of }: ReadStream) {
  if (sizes !== undefined) return { ...stream, sizes }
  throw new UnreadableEvidence(
    of.sources.join(' '),
    'does not know the sizes of its objects',
    'Give --size as a number of objects, or evidence with sizes: a MONITOR capture with its SETs, Twitter’s or libCacheSim’s traces.',
  )
}

function remarkOnOthers({ remark }: Common, others: readonly string[]): void {
  if (others.length === 0) return
  remark?.(`This is of the busiest cache. Others in the evidence, for --cache: ${others.slice(0, 8).join(', ')}`)
}

async function simulateColdStart(request: ColdStartRequest): Promise<ColdStartStudy> {
  const { read, measured } = await withAccesses(request, async (accesses) => {
    const chosen = await chooseKeys(accesses, request)
    remarkOnOthers(request, chosen.otherCaches)
    return { read: await readStream(accesses, chosen), measured: await measureInputs(accesses, chosen) }
  })
  const inputs: ModelInput[] = []
  const input = inputOf(request, read, measured, inputs)
  return studyColdStart(input, read.of, inputs, {
    ...(request.warmedObjects !== undefined && { warmedObjects: request.warmedObjects }),
    ...(request.singleFlight && { singleFlight: true }),
  })
}

/** Given by the user before measured in the evidence before assumed; each is told with where it comes from. */
function inputOf(
  request: ColdStartRequest,
  { stream, sizes, of }: ReadStream,
  measured: MeasuredInputs,
  inputs: ModelInput[],
): ColdStartInput {
  const tell = <Value extends number | undefined>(
    about: Pick<ModelInput, 'id' | 'title' | 'unit'>,
    given: number | undefined,
    seen: number | undefined,
    assumed: Value,
  ): number | Value => {
    const value: number | Value = given ?? (seen === undefined ? assumed : seen)
    const origin = given !== undefined ? 'given' : seen !== undefined ? 'measured' : 'assumed'
    // Of a hit ratio that nobody knows, the model has one of its own.
    if (value !== undefined || about.id !== 'hit-ratio') inputs.push({ ...about, value: value ?? null, origin })
    return value
  }
  const missing = (what: string, remedy: string): UnreadableEvidence =>
    new UnreadableEvidence(of.sources.join(' '), `does not tell ${what}`, remedy)
  const seenRate = of.spanMs === null ? undefined : (of.requests * 1000) / of.spanMs
  const rate = tell(
    { id: 'rate', title: 'requests of the cache', unit: '/s' },
    request.requestsPerSecond,
    seenRate,
    undefined,
  )
  if (rate === undefined) throw missing('how many requests come in a second', 'Say it: --rate 500')
  const hitRatio = tell(
    { id: 'hit-ratio', title: 'hit ratio when warm', unit: 'ratio' },
    request.hitRatio,
    measured.hitRatio,
    undefined,
  )
  const capacity = tell(
    { id: 'capacity', title: capacityTitle(request, measured), unit: '/s' },
    request.databaseCapacityPerSecond,
    measured.databaseCapacityPerSecond,
    undefined,
  )
  if (capacity === undefined)
    throw missing('what the database behind the cache can serve', 'Say it: --capacity 200 (queries a second)')
  const latency = tell(
    { id: 'latency', title: 'time of a query', unit: 'ms' },
    request.databaseLatencyMs,
    measured.databaseLatencyMs,
    5,
  )
  const other = tell({ id: 'other', title: 'other queries', unit: '/s' }, request.otherPerSecond, undefined, 0)
  const ttlMs = tell({ id: 'ttl', title: 'time to live', unit: 'ms' }, request.ttlMs, measured.ttlMs, undefined)
  const cacheObjects = tell(
    { id: 'size', title: 'objects that the cache holds', unit: '' },
    objectsOf(request.size, sizes, of.sources),
    undefined,
    undefined,
  )
  const retryFactor = tell(
    { id: 'retry', title: 'attempts of a failing request', unit: '' },
    request.retryFactor,
    undefined,
    1,
  )
  const timeoutMs = tell(
    { id: 'timeout', title: 'callers give up after', unit: 'ms' },
    request.timeoutMs,
    undefined,
    1000,
  )
  const outageMs = tell({ id: 'outage', title: 'cache out of reach for', unit: 'ms' }, request.outageMs, undefined, 0)
  if (request.shedding)
    inputs.push({ id: 'shedding', title: 'late queries are refused', value: true, unit: '', origin: 'given' })
  return {
    popularity: popularityOf(requestCounts(stream)),
    requestsPerSecond: rate,
    ...(hitRatio !== undefined && { hitRatio }),
    databaseCapacityPerSecond: capacity,
    databaseLatencyMs: latency,
    otherPerSecond: other,
    ...(ttlMs !== undefined && { ttlMs }),
    ...(cacheObjects !== undefined && { cacheObjects }),
    retryFactor,
    timeoutMs,
    outageMs,
    ...(request.shedding && { shedding: true }),
    ...(request.horizonMs !== undefined && { horizonMs: request.horizonMs }),
  }
}

const capacityTitle = (request: ColdStartRequest, measured: MeasuredInputs): string =>
  request.databaseCapacityPerSecond === undefined && measured.databaseCapacityPerSecond !== undefined
    ? 'busiest second of what answers misses'
    : 'queries that the database can serve'

/** The model counts objects; bytes are so many of their mean size. */
function objectsOf(
  size: Size | undefined,
  sizes: Uint32Array | undefined,
  sources: readonly string[],
): number | undefined {
  if (size === undefined || size.unit === 'objects') return size?.value
  if (sizes === undefined || sizes.length === 0)
    throw new UnreadableEvidence(
      sources.join(' '),
      'does not know the sizes of its objects',
      'Give --size as a number of objects.',
    )
  const mean = sizes.reduce((sum, each) => sum + each, 0) / sizes.length
  return Math.max(1, Math.floor(size.value / mean))
}
