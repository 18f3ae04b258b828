/**
 * Running servers of Redis and Valkey, alone, in a cluster or behind sentinels: counters, memory, policy, databases, and a sample of the keys.
 * What is easily got wrong: this reads servers that serve customers. Nothing is sent that is not in redis/allowed-commands.ts, and no faster than
 * the budget; see docs/live-servers.md.
 */
import { rmSync } from 'node:fs'
import { UnreadableEvidence, type LiveImporter, type LiveOptions, type Sink } from '../../model/importer.js'
import { readMonitorLines } from '../common/monitor-lines.js'
import { Pace } from './pace.js'
import { hostText, parseRedisAddress, schemes, type RedisAddress } from './redis/address.js'
import { aclLine } from './redis/allowed-commands.js'
import { Connection, type ConnectOptions } from './redis/connection.js'
import { failureOf, type Failure } from './redis/failure.js'
import type { Capture } from './redis/monitor.js'
import { nodesOf, type Node } from './redis/nodes.js'
import { MistakenAddress, readServer, type ServerAnswer } from './redis/read-server.js'

/** Enough to see a pattern that holds a thousandth of the keys; at the default budget it takes some seconds. */
export const sampleKeys = 4_000

export const redis: LiveImporter = {
  id: 'redis',
  title: 'Redis and Valkey',
  spec: 'https://redis.io/docs/latest/develop/reference/protocol-spec/',
  schemes,
  gives: ['servers', 'keys', 'commands'],
  permissions: `A user that may do no more than is needed: ${aclLine()} (from 7.2 on also +client|no-touch; for --monitor +monitor; for clusters +cluster|slots).`,
  async read(text, sink, options) {
    const address = parseRedisAddress(text)
    const pace = new Pace(options.commandsPerSecond, options.signal)
    const connecting: ConnectOptions = {
      tls: address.tls,
      user: address.user,
      password: address.password,
      signal: options.signal,
      report: (line) => options.report(`${address.shown}: ${line}`),
    }
    const nodes = await nodesOf(address, connecting, pace)
    if (nodes.length > 1) options.report(`${address.shown}: ${nodes.length} masters, one connection each in turn`)
    let failed: Failure | undefined
    let answered = 0
    for (const node of nodes) {
      const failure = await readNode(node, nodes.length, { address, connecting, pace, sink, options })
      if (failure === undefined) answered++
      else if (failure.learnt) [answered, failed] = [answered + 1, failure]
      else failed = failure
      if (failure) sink.lose('partial-server', 1)
    }
    if (answered === 0 && failed) throw new UnreadableEvidence(address.shown, failed.message, failed.remedy)
  },
}

interface Reading {
  address: RedisAddress
  connecting: ConnectOptions
  pace: Pace
  sink: Sink
  options: LiveOptions
}

/** Reads one server over one connection, which is closed however it ends. What went wrong is returned, and told. */
async function readNode(
  node: Node,
  shards: number,
  { address, connecting, pace, sink, options }: Reading,
): Promise<(Failure & { learnt: boolean }) | undefined> {
  const cache = `${address.system}://${hostText(node)}`
  const before = { asked: pace.asked, at: performance.now() }
  let connection: Connection | undefined
  try {
    connection = await Connection.open(node, connecting)
    const answer = await readServer({
      connection,
      pace,
      sink,
      place: {
        source: address.shown,
        cache,
        system: address.system,
        database: address.database,
        shards,
        slots: node.slots,
        sample: Math.ceil(sampleKeys / shards),
        monitorSeconds: options.monitorSeconds,
      },
    })
    sink.lose('refused-question', answer.denied.length)
    options.report(summary(cache, answer, pace, before))
    if (answer.capture) await readCapture(answer.capture, { cache, address, sink, options })
    if (!answer.failure) return undefined
    options.report(`${cache} ${answer.failure.message}; what it said before is kept. ${answer.failure.remedy}`)
    return { ...answer.failure, learnt: true }
  } catch (error) {
    if (options.signal.aborted) throw error
    if (error instanceof MistakenAddress) throw new UnreadableEvidence(address.shown, error.message, error.remedy)
    const failure = failureOf(error)
    if (shards > 1) options.report(`${cache} ${failure.message}. ${failure.remedy}`)
    const told = address.kind === 'sentinel' ? `leads to ${hostText(node)}, which ${failure.message}` : failure.message
    return { ...failure, message: told, learnt: false }
  } finally {
    connection?.close()
  }
}

/** Commands that were watched, as the importer of captures reads them. */
async function readCapture(
  { path, bytes, seconds, cut }: Capture,
  { cache, address, sink, options }: Pick<Reading, 'address' | 'sink' | 'options'> & { cache: string },
): Promise<void> {
  const { rows, bad } =
    bytes === 0 ? { rows: 0, bad: 0 } : await readMonitorLines({ path, source: address.shown, cache }, sink)
  rmSync(path, { force: true })
  sink.gain(rows, 'commands')
  sink.lose('bad-row', bad)
  if (cut) sink.lose('cut-capture', 1)
  const ended = cut ? ', until it had grown too large' : ''
  options.report(
    `${cache}: ${rows.toLocaleString('en-US')} keys of commands watched in ${seconds.toFixed(1)} s${ended}`,
  )
}

function summary(
  cache: string,
  { sampled, total, denied }: ServerAnswer,
  pace: Pace,
  before: { asked: number; at: number },
): string {
  const count = (value: number): string => value.toLocaleString('en-US')
  const seconds = ((performance.now() - before.at) / 1_000).toFixed(1)
  const keys = total === 0 ? 'no keys' : `${count(sampled)} of ${count(total)} keys sampled`
  const asked = `${count(pace.asked - before.asked)} commands in ${seconds} s, at most ${count(pace.perSecond)} a second`
  return `${cache}: ${keys}; ${asked}${denied.length > 0 ? `; refused: ${denied.join(', ')}` : ''}`
}
