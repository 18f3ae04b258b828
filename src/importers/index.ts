/**
 * The importers, in the order in which they are asked, and the one way in for evidence.
 * What is easily got wrong: a file that the user named must be read or refused with an error, while one that was merely found in a folder may be passed over.
 */
import { existsSync, statSync } from 'node:fs'
import { redactUrl } from '../lib/redact-url.js'
import { UnreadableEvidence, type Importer, type LiveOptions, type Sink, type Source } from '../model/importer.js'
import { binaryKeys } from './binary-keys.js'
import { cacheTraceCsv } from './cache-trace-csv.js'
import { asyncapi } from './asyncapi.js'
import { appearanceOf } from './common/appearance.js'
import { compressionOf } from './common/decompression.js'
import { jaeger } from './jaeger.js'
import { keyTrace } from './key-trace.js'
import { gentle, isAddress } from './live/scheme.js'
import { kafkaGroups } from './kafka-groups.js'
import { natsJetstream } from './nats-jetstream.js'
import { oracleGeneral } from './oracle-general.js'
import { memcachedStats } from './memcached-stats.js'
import { openapi } from './openapi.js'
import { otelTracesTable } from './otel-traces-table.js'
import { otlpJson } from './otlp-json.js'
import { otlpProtobuf } from './otlp-protobuf.js'
import { protobufContract } from './protobuf-contract.js'
import { twitterCacheTrace } from './twitter-cache-trace.js'
import { zipkin } from './zipkin.js'
import { rabbitmqDefinitions } from './rabbitmq-definitions.js'
import { rabbitmqQueues } from './rabbitmq-queues.js'
import { redisInfo } from './redis-info.js'
import { redisMonitor } from './redis-monitor.js'
import { readAlone, SmallFiles, type ImportedEvidence, type OpenFile } from './small-files.js'
import { expandEvidence, headOf, openArchive, openSource, type EvidenceFile } from './sources.js'

export type { ImportedEvidence } from './small-files.js'

/** Sniffing asks all of them; of two that are equally sure, the earlier one reads. */
export const importers: readonly Importer[] = [
  otlpJson,
  jaeger,
  zipkin,
  otelTracesTable,
  otlpProtobuf,
  rabbitmqDefinitions,
  rabbitmqQueues,
  natsJetstream,
  openapi,
  protobufContract,
  twitterCacheTrace,
  oracleGeneral,
  cacheTraceCsv,
  keyTrace,
  binaryKeys,
  redisMonitor,
  redisInfo,
  memcachedStats,
  kafkaGroups,
  asyncapi,
]

/** The importer that is surest of these bytes; undefined when none knows them. */
export function sniffImporter(head: Uint8Array, name: string): Importer | undefined {
  let best: Importer | undefined
  let surest = 0
  for (const importer of importers) {
    const sure = importer.sniff(head, name)
    if (sure > surest) [best, surest] = [importer, sure]
  }
  return best
}

/** Names that stand beside evidence without being any. */
const besideEvidence =
  /^(readme|licen[cs]e|notice|origin|changelog|contributing|makefile|dockerfile)\b|\.(md|markdown|rst|txt|adoc|html?|css|[cm]?[jt]sx?|py|sh|png|jpe?g|gif|svg|pdf|ya?ml|toml|ini|sarif|log|sum|sha256|asc)$/i

/**
 * Reads all evidence that the arguments stand for: files first, then the servers at the addresses among them.
 * `sinkFor` is asked for a sink once per file or server, by name (an address without its secrets).
 * Throws `UnreadableEvidence` for a named file or a server that cannot be read, and when nothing at all could be read.
 */
export async function importEvidence(
  evidence: readonly string[],
  sinkFor: (name: string) => Sink,
  stdin?: AsyncIterable<Uint8Array | string>,
  live: LiveOptions = gentle,
): Promise<ImportedEvidence[]> {
  const addresses = [...new Set(evidence.filter((each) => isServer(each)))]
  const servers = addresses.length > 0 ? await import('./live/index.js') : undefined
  for (const address of addresses) servers?.liveImporterOf(address)
  const imported = await importFiles(
    evidence.filter((each) => !addresses.includes(each)),
    sinkFor,
    stdin,
  )
  if (servers)
    for (const address of addresses) imported.push(await servers.readServer(address, sinkFor(redactUrl(address)), live))
  return imported
}

/** A file may be named like an address, as long as it exists. */
const isServer = (argument: string): boolean => isAddress(argument) && !existsSync(argument)

async function importFiles(
  evidence: readonly string[],
  sinkFor: (name: string) => Sink,
  stdin?: AsyncIterable<Uint8Array | string>,
): Promise<ImportedEvidence[]> {
  const files = await expandEvidence(evidence)
  for (const file of files) refuseEarly(file)
  const imported: ImportedEvidence[] = []
  const group = new SmallFiles()
  for (const [index, file] of files.entries()) {
    const sink = sinkFor(file.name)
    const opened = await openFile(file, sink, stdin)
    if ('name' in opened) {
      imported[index] = opened
      continue
    }
    const done = (each: ImportedEvidence): void => {
      imported[index] = each
    }
    if (!(await group.add({ ...opened, done }))) done(await readAlone(opened))
  }
  await group.flush()
  if (imported.length > 0 && imported.every((each) => each.importer === undefined)) {
    const seen = [...new Set(imported.map((each) => each.looksLike ?? 'empty'))].slice(0, 5)
    throw new UnreadableEvidence(
      evidence.join(' '),
      `holds no file in a known format (found: ${seen.join('; ')})`,
      remedy(),
    )
  }
  return imported
}

/** Reads one file into its sink. */
export async function importFile(
  file: EvidenceFile,
  sink: Sink,
  stdin?: AsyncIterable<Uint8Array | string>,
): Promise<ImportedEvidence> {
  const opened = await openFile(file, sink, stdin)
  return 'name' in opened ? opened : readAlone(opened)
}

/** Opens a file and finds who reads it, or says why nobody does. */
async function openFile(
  file: EvidenceFile,
  sink: Sink,
  stdin?: AsyncIterable<Uint8Array | string>,
): Promise<OpenFile | ImportedEvidence> {
  const spoolPath = (extension: string): string => sink.spoolPath(extension)
  const archive = openArchive(file, spoolPath)
  const reader = archive && sniffImporter(archive.head, archive.name)
  if (archive && (await reader?.readArchive?.(archive, sink))) return { name: file.name, importer: reader?.id }
  const source = await openSource(file, spoolPath, stdin)
  if (!source) {
    sink.lose('empty-file', 1)
    return { name: file.name, passedOver: 'empty' }
  }
  const importer = sniffImporter(source.head, source.name)
  if (importer) return { file, source, sink, importer }
  if (file.named) throw unknownFormat(source)
  const looksLike = appearanceOf(source.head)
  if (besideEvidence.test(file.name.slice(file.name.lastIndexOf('/') + 1)))
    return { name: file.name, passedOver: 'not-evidence', looksLike }
  sink.lose('unknown-file', 1)
  return { name: file.name, passedOver: 'unknown', looksLike }
}

/** A named plain file of no known format is refused before anything is read, not after an hour of reading the others. */
function refuseEarly(file: EvidenceFile): void {
  if (!file.named || file.path === '-') return
  const head = regularHead(file.path)
  if (head && head.length > 0 && !compressionOf(head) && !sniffImporter(head, file.name))
    throw unknownFormat({ name: file.name, head })
}

function regularHead(path: string): Uint8Array | undefined {
  try {
    return statSync(path).isFile() ? headOf(path) : undefined
  } catch {
    // Opening it again in its turn tells the user why.
    return undefined
  }
}

const unknownFormat = ({ name, head }: Pick<Source, 'name' | 'head'>): UnreadableEvidence =>
  new UnreadableEvidence(name, `is in no known format: it looks like ${appearanceOf(head)}`, remedy())

const remedy = (): string =>
  `What is read: ${importers.map((importer) => importer.title).join(', ')}; plain, gzip or zstd.`
