/**
 * From an address to the servers behind it: itself, the masters of a cluster, or the master that sentinels watch.
 * What is easily got wrong: nodes and sentinels tell addresses as they see them, which may not be reachable from here.
 */
import { UnreadableEvidence } from '../../../model/importer.js'
import type { Pace } from '../pace.js'
import { hostText, type Host, type RedisAddress } from './address.js'
import { Connection, ConnectionFailure, type ConnectOptions, type Reply } from './connection.js'
import { failureOf } from './failure.js'
import type { SampledDatabase } from './sample.js'

export interface Node extends Host {
  slots: SampledDatabase['slots']
}

const mostNodes = 1_000

/** Throws `UnreadableEvidence` when nobody tells. */
export async function nodesOf(address: RedisAddress, options: ConnectOptions, pace: Pace): Promise<Node[]> {
  if (address.kind === 'single') return address.hosts.map((host) => ({ ...host, slots: [] }))
  let last: unknown
  let asked: Host | undefined
  for (const host of address.hosts) {
    let connection: Connection | undefined
    try {
      connection = await open(address, host, options)
      await pace.take(1)
      if (address.kind === 'cluster') return masters(await connection.ask(['CLUSTER', 'SLOTS']), host)
      return [watched(address, await connection.ask(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', address.master ?? '']))]
    } catch (error) {
      if (error instanceof UnreadableEvidence || options.signal.aborted) throw error
      last = error
      asked = host
    } finally {
      connection?.close()
    }
  }
  const { message, remedy } = failureOf(last)
  const which = address.hosts.length > 1 && asked ? ` (the last that was tried, ${hostText(asked)})` : ''
  throw new UnreadableEvidence(address.shown, `${message}${which}`, remedy)
}

/** Sentinels often need no password where the server does, and refuse one that they do not need. */
async function open(address: RedisAddress, host: Host, options: ConnectOptions): Promise<Connection> {
  try {
    return await Connection.open(host, options)
  } catch (error) {
    const refused = error instanceof ConnectionFailure && /^(WRONGPASS|ERR AUTH)/i.test(error.message)
    if (address.kind !== 'sentinel' || !refused) throw error
    return Connection.open(host, { ...options, user: undefined, password: undefined })
  }
}

function masters(reply: Reply, seed: Host): Node[] {
  const nodes = new Map<string, { host: Host; slots: [number, number][] }>()
  for (const range of Array.isArray(reply) ? (reply as readonly Reply[]) : []) {
    if (!Array.isArray(range)) continue
    const [first, last, master] = range as readonly Reply[]
    const [name, port] = Array.isArray(master) ? (master as readonly Reply[]) : []
    if (typeof first !== 'number' || typeof last !== 'number' || typeof port !== 'number') continue
    // A node that does not know its own address means the one that it was asked at.
    const known = typeof name === 'string' && name !== '' && name !== '?'
    const host = { host: known ? name.toLowerCase() : seed.host, port }
    const node = nodes.get(hostText(host)) ?? { host, slots: [] }
    node.slots.push([first, last])
    nodes.set(hostText(host), node)
  }
  if (nodes.size === 0) throw new Error('the cluster has no node that holds keys')
  return [...nodes]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, mostNodes)
    .map(([, { host, slots }]) => ({ ...host, slots }))
}

function watched(address: RedisAddress, reply: Reply): Node {
  const [host, port] = Array.isArray(reply) ? (reply as readonly Reply[]) : []
  if (typeof host !== 'string' || Number.isNaN(Number(port))) {
    throw new UnreadableEvidence(
      address.shown,
      `is of sentinels that watch no server of that name`,
      'SENTINEL masters lists the names that they know.',
    )
  }
  return { host, port: Number(port), slots: [] }
}
