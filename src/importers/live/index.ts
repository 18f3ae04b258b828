/**
 * The live importers, and the way from an address on the command line to one of them.
 * What is easily got wrong: the address holds secrets; only `redactUrl` of it may be shown, stored or thrown.
 */
import { redactUrl } from '../../lib/redact-url.js'
import { UnreadableEvidence, type LiveImporter, type LiveOptions, type Sink } from '../../model/importer.js'
import type { ImportedEvidence } from '../small-files.js'
import { memcached } from './memcached.js'
import { kafka } from './kafka.js'
import { nats } from './nats.js'
import { rabbitmq } from './rabbitmq.js'
import { redis } from './redis.js'
import { schemeOf } from './scheme.js'

export { gentle } from './scheme.js'

export const liveImporters: readonly LiveImporter[] = [redis, rabbitmq, nats, memcached, kafka]

/** The importer for an address. Throws `UnreadableEvidence` for a scheme that none reads. */
export function liveImporterOf(address: string): LiveImporter {
  const scheme = schemeOf(address) ?? ''
  const importer = liveImporters.find((each) => each.schemes.includes(scheme))
  if (importer) return importer
  const known = liveImporters.flatMap((each) => each.schemes.map((name) => `${name}://`))
  throw new UnreadableEvidence(
    redactUrl(address),
    'is an address that nothing here can ask',
    known.length === 0
      ? 'Give a file, a folder, a glob, or - for standard input.'
      : `Give a file, a folder, a glob, - for standard input, or an address: ${known.join(', ')}.`,
  )
}

/** Asks one server. */
export async function readServer(address: string, sink: Sink, options: LiveOptions): Promise<ImportedEvidence> {
  const importer = liveImporterOf(address)
  await importer.read(address, sink, options)
  return { name: redactUrl(address), importer: importer.id }
}
