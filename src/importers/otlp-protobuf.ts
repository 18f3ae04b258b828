/**
 * OTLP as protobuf: one message, a stream of messages after their lengths as varints, and the four-byte lengths of the Collector's file exporter.
 * The engine decodes; here only lengths are walked. What is easily got wrong: the engine refuses a whole file for one bad byte,
 * so a cut or broken file is first rewritten without the messages that are not whole.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { UnreadableEvidence, type Importer, type OpenSource, type Sink, type Source } from '../model/importer.js'
import { nestedText } from './common/any-value.js'
import { isParseError } from './common/engine-error.js'
import { writeJointMessages } from './common/joint-messages.js'
import { levels, otlpProto, requestColumns, resourceSpansColumns } from './common/otlp-proto.js'
import { otlpInsert, otlpSettings, type OtlpDialect } from './common/otlp-select.js'
import { reframe, walkFrames, type Framing } from './common/protobuf-frames.js'
import { framingOf } from './common/protobuf-shape.js'

/** Removes the arms that are absent, which the engine writes out when it makes JSON of a value. */
const withoutAbsent = (json: string): string => {
  const absent = '"[a-z]+Value":(?:null|\\\\{"values":\\\\[\\\\]\\\\})'
  return `replaceRegexpAll(replaceRegexpAll(${json}, '${absent},', ''), ',?${absent}', '')`
}

/** SQL: a value has an array or a map below the innermost level that is read. */
function tooDeep(value: string, depth = levels): string {
  if (depth === 0) return `(${value}.arrayValue IS NOT NULL OR ${value}.kvlistValue IS NOT NULL)`
  const name = `v${depth}`
  return `(arrayExists(${name} -> ${tooDeep(name, depth - 1)}, ${value}.arrayValue.values) OR arrayExists(${name} -> ${tooDeep(`${name}.value`, depth - 1)}, ${value}.kvlistValue.values))`
}

/** A spool of messages, each after its length as a varint. */
interface Spool {
  path: string
  message: 'Request' | 'ResourceSpans'
  /** File with the messages' definition: given as text, the engine would leave it in a `__cache__` folder where the user works. */
  schema: string
}

function dialectOf({ path, message, schema }: Spool): OtlpDialect {
  return {
    from: `file({path:String}, 'Protobuf', {structure:String})`,
    params: { path, structure: message === 'Request' ? requestColumns : resourceSpansColumns },
    settings: {
      ...otlpSettings,
      // A message may hold thousands of spans, so blocks are bounded by bytes.
      max_block_size: 1024,
      input_format_max_block_size_bytes: 16 * 1024 * 1024,
      format_schema: schema,
      format_schema_message_name: message,
      output_format_json_quote_denormals: 1,
    },
    resourceSpans:
      message === 'Request'
        ? 'resourceSpans'
        : `[CAST((resource, scopeSpans, schemaUrl) AS Tuple(${resourceSpansColumns}))]`,
    scopeSpans: (resourceSpans) => `${resourceSpans}.scopeSpans`,
    id: (field) => `lower(hex(${field}))`,
    nanoseconds: (field) => field,
    counter: (field) => field,
    number: (field) => `toUInt64(greatest(${field}, 0))`,
    scopeAttributes: (scopeSpans) => `${scopeSpans}.scope.attributes`,
    scopeDropped: (scopeSpans) => `${scopeSpans}.scope.droppedAttributesCount`,
    tooDeep: (attributes) => `arrayExists(pair -> ${tooDeep('pair.value')}, ${attributes})`,
    // One arm is set at most, so joining the scalar arms gives it; that is cheaper than asking for each in turn.
    text: (field) => {
      const scalar = (arm: string): string => `ifNull(toString(${field}.${arm}), '')`
      return `multiIf(notEmpty(${field}.arrayValue.values), ${nestedText('arrayValue', withoutAbsent(`toJSONString(${field}.arrayValue)`))},
        notEmpty(${field}.kvlistValue.values), ${nestedText('kvlistValue', withoutAbsent(`toJSONString(${field}.kvlistValue)`))},
        concat(${field}.stringValue, ${scalar('intValue')}, ${scalar('doubleValue')}, ${scalar('boolValue')}, base64Encode(${field}.bytesValue)))`
    },
    scope: (scopeSpans, field) => `${scopeSpans}.scope.${field}`,
  }
}

export const otlpProtobuf: Importer = {
  id: 'otlp-protobuf',
  title: 'OTLP protobuf',
  spec: 'https://opentelemetry.io/docs/specs/otlp/#binary-protobuf-encoding',
  gives: ['spans'],
  sniff(head) {
    const found = framingOf(head)
    return found ? (found.spanSeen ? 1 : 0.5) : 0
  },
  async read(source: Source, sink: Sink) {
    const framing = framingOf(source.head)?.framing
    if (!framing) throw broken(source)
    const message = framing === 'request' ? 'ResourceSpans' : 'Request'
    const schema = sink.spoolPath('proto')
    writeFileSync(schema, otlpProto)
    let path = source.path
    let state = framing === 'varint' ? walkFrames(source.path, framing) : 'bad'
    if (state !== 'whole') {
      path = sink.spoolPath('pb')
      state = reframe(source.path, framing, path).state
    }
    try {
      await otlpInsert(dialectOf({ path, message, schema }), sink)
    } catch (error) {
      if (!isParseError(error)) throw error
      await insertAccepted(source, framing, schema, sink)
    }
    if (state === 'bad') sink.lose('bad-row', 1)
    if (state === 'cut' || source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
  async readTogether(sources: readonly OpenSource[]) {
    const first = (sources[0] as OpenSource).sink
    const [schema, path] = [first.spoolPath('proto'), first.spoolPath('pb')]
    writeFileSync(schema, otlpProto)
    const { taken, left } = writeJointMessages(sources, (head) => framingOf(head)?.framing, path)
    const [one, ...others] = taken.map(({ sink }) => sink)
    const dialect = dialectOf({ path, message: 'Request', schema })
    const params = { path, structure: `${requestColumns}, faultlineFile UInt32` }
    if (one) await otlpInsert({ ...dialect, params, file: 'faultlineFile' }, one, ...others)
    for (const { source, sink } of taken) sink.progress({ bytes: source.sizeBytes })
    return left
  },
}

/** Inserts the messages that can be decoded, and counts the others. */
async function insertAccepted(source: Source, framing: Framing, schema: string, sink: Sink): Promise<void> {
  const message = framing === 'request' ? 'ResourceSpans' : 'Request'
  // Only where the engine refuses something.
  const { default: protobuf } = await import('protobufjs')
  const type = protobuf.parse(otlpProto).root.lookupType(message)
  const path = sink.spoolPath('pb')
  const { messages, refused, oversized } = reframe(source.path, framing, path, (bytes) => {
    try {
      type.decode(bytes)
      return true
    } catch {
      return false
    }
  })
  const spool = { path, message, schema } as const
  const given =
    messages === 0 ? 0 : await insertHalves(spool, { from: 0, to: messages, messages }, sink, { attempts: 100 })
  if (given === 0) throw broken(source)
  if (refused + messages > given) sink.lose('bad-row', refused + messages - given)
  if (oversized > 0) sink.lose('oversized-row', oversized)
}

/**
 * Inserts the messages of a spool from one number to another; where the engine refuses them, each half by itself.
 * Returns how many went in. With no `attempts` left the others count as refused, so that a file of garbage ends soon.
 */
async function insertHalves(
  spool: Spool,
  { from, to, messages }: { from: number; to: number; messages: number },
  sink: Sink,
  left: { attempts: number },
): Promise<number> {
  if (left.attempts-- <= 0) return 0
  const { path } = spool
  let part = path
  if (from > 0 || to < messages) {
    let number = -1
    part = sink.spoolPath('pb')
    reframe(path, 'varint', part, () => ++number >= from && number < to)
  }
  try {
    await otlpInsert(dialectOf({ ...spool, path: part }), sink)
    return to - from
  } catch (error) {
    if (!isParseError(error)) throw error
  } finally {
    if (part !== path) rmSync(part, { force: true })
  }
  if (to - from === 1) return 0
  const middle = Math.floor((from + to) / 2)
  return (
    (await insertHalves(spool, { from, to: middle, messages }, sink, left)) +
    (await insertHalves(spool, { from: middle, to, messages }, sink, left))
  )
}

const broken = (source: Source): UnreadableEvidence =>
  new UnreadableEvidence(
    source.name,
    'begins like OTLP protobuf, but no whole message could be read from it',
    'Check that the file was copied in binary and is complete, and export it again.',
  )
