/**
 * One simulation of a stream of requests with Zipf popularity, single-threaded. Arguments: what, requests, objects.
 * Prints `{ms, bareMs, requests, missRatio}`; the bare loop counts the requests for each object, which no simulation can do without.
 */
import { missRatioCurve } from '../../src/simulate/miss-ratio-curve.js'
import { optimalOutcome } from '../../src/simulate/bounds.js'
import { cachePolicyOf } from '../../src/simulate/policies/index.js'
import { runCache } from '../../src/simulate/run-cache.js'
import { zipfStream } from '../../src/simulate/zipf.js'

const [what = '', requests = '10000000', objects = '1000000'] = process.argv.slice(2)
const stream = zipfStream({ requests: Number(requests), keyCount: Number(objects), exponent: 1, seed: 1 })
/** A tenth of the objects fit. */
const capacity = stream.keyCount / 10

/** In time of the processor: it is one thread's, and what else runs on the machine is not its fault. */
function timed(work: () => number): { ms: number; result: number } {
  const start = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(start)
  return { ms: (user + system) / 1000, result }
}

function bare(): number {
  const counts = new Uint32Array(stream.keyCount)
  for (let i = 0; i < stream.keys.length; i++) counts[stream.keys[i]!]!++
  return counts[0]!
}

function simulation(): number {
  const policy = cachePolicyOf(what)
  if (policy) return runCache(stream, policy, { capacity }).missRatio
  if (what === 'exact') return missRatioCurve(stream).missRatioAt(capacity)
  if (what === 'shards') return missRatioCurve(stream, { sampledObjects: 8192 }).missRatioAt(capacity)
  if (what === 'bytes') {
    const sizes = new Uint32Array(stream.keyCount).map((_, id) => 100 + ((id * 7919) % 4000))
    return missRatioCurve({ ...stream, sizes }).missRatioAt(capacity * 2000)
  }
  if (what === 'optimal') return optimalOutcome(stream, { capacity }).missRatio
  throw new Error(`nothing is called ${what}`)
}

timed(bare)
const floor = timed(bare)
const first = timed(simulation)
const second = timed(simulation)
if (first.result !== second.result) throw new Error(`${what} gave ${first.result}, then ${second.result}`)
process.stdout.write(
  JSON.stringify({
    ms: Math.min(first.ms, second.ms),
    bareMs: floor.ms,
    requests: stream.keys.length,
    missRatio: first.result,
  }),
)
