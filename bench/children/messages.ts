/**
 * Makes two hours of messages as Parquet in the columns of `otel_traces`: a PRODUCER span each, in a trace of its own, and consumers that link to
 * them. Of four topics with twelve partitions, one is processed message by message, three in batches of twenty: one span with twenty links.
 * The engine writes it, because a million spans with links take minutes otherwise. Arguments: folder, number of messages.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openEmbeddedStore } from '../../src/store/embedded.js'

const [folder = '', text = '500000'] = process.argv.slice(2)
/** Whole batches: 4 topics × 12 partitions × 20 messages. */
const rounds = Math.floor(Number(text) / 960)
const messages = rounds * 960

const traceOf = (n: string, side: string) => `lower(hex(sipHash128(toUInt64(${n}), '${side}')))`
const spanOf = (n: string, side: string) => `lower(leftPad(hex(cityHash64(toUInt64(${n}), '${side}')), 16, '0'))`
/** When message n is published, ns after the start: evenly over two hours. */
const atOf = (n: string) => `intDiv(toInt64(${n}) * 7200000000000, ${messages})`
const start = "toInt64(toUnixTimestamp(toDateTime('2026-03-02 09:00:00', 'UTC'))) * 1000000000"

interface Span {
  from: string
  trace: string
  span: string
  name: string
  kind: string
  service: string
  instance: string
  startNs: string
  durationNs: string
  attributes: string
  links: string
}

function rows({
  from,
  trace,
  span,
  name,
  kind,
  service,
  instance,
  startNs,
  durationNs,
  attributes,
  links,
}: Span): string {
  const linked = (of: (n: string) => string) => `arrayMap(n -> ${of('n')}, ${links})`
  const none = (type: string) => `CAST([] AS Array(${type}))`
  return `SELECT
    fromUnixTimestamp64Nano(${start} + ${startNs}) AS Timestamp, ${trace} AS TraceId, ${span} AS SpanId, '' AS ParentSpanId, '' AS TraceState,
    ${name} AS SpanName, '${kind}' AS SpanKind, ${service} AS ServiceName,
    map('service.name', ${service}, 'service.instance.id', concat(${service}, '-', toString(${instance}))) AS ResourceAttributes,
    'bench' AS ScopeName, '' AS ScopeVersion, ${attributes} AS SpanAttributes, toUInt64(${durationNs}) AS Duration, 'Unset' AS StatusCode, '' AS StatusMessage,
    ${none('DateTime64(9)')} AS \`Events.Timestamp\`, ${none('String')} AS \`Events.Name\`, ${none('Map(String, String)')} AS \`Events.Attributes\`,
    ${linked((n) => traceOf(n, 'p'))} AS \`Links.TraceId\`, ${linked((n) => spanOf(n, 'p'))} AS \`Links.SpanId\`,
    ${linked(() => "''")} AS \`Links.TraceState\`, ${linked(() => 'CAST(map() AS Map(String, String))')} AS \`Links.Attributes\`
    FROM ${from}`
}

const about = (topic: string, operation: string, more: string) =>
  `map('messaging.system', 'kafka', 'messaging.destination.name', concat('orders.', toString(${topic})), 'messaging.operation.type', '${operation}', 'server.address', 'log'${more})`
const parts: Record<string, Span> = {
  published: {
    from: `numbers(${messages})`,
    trace: traceOf('number', 'p'),
    span: spanOf('number', 'p'),
    name: "concat('send orders.', toString(number % 4))",
    kind: 'Producer',
    service: "'orders'",
    instance: 'number % 3',
    startNs: atOf('number'),
    durationNs: '400000 + number % 300000',
    attributes: about(
      'number % 4',
      'send',
      ", 'messaging.message.id', concat('m', toString(number)), 'messaging.destination.partition.id', toString(intDiv(number, 4) % 12), 'messaging.kafka.message.key', concat('k', toString(number % 4999))",
    ),
    links: 'CAST([] AS Array(UInt64))',
  },
  // one in two thousand is processed a second time
  processed: {
    from: `(SELECT intDiv(number, 2001) * 8000 + least(number % 2001, 1999) * 4 AS message, number AS run FROM numbers(${Math.floor(messages / 8000) * 2001}))`,
    trace: traceOf('run', 's'),
    span: spanOf('run', 's'),
    name: "'process orders.0'",
    kind: 'Consumer',
    service: "'shipping'",
    instance: 'intDiv(message, 4) % 12 % 3',
    startNs: `${atOf('message')} + 5000000 + message % 4000000`,
    durationNs: '9000000 + run % 3000000',
    attributes: about(
      '0',
      'process',
      ", 'messaging.consumer.group.name', 'shipping', 'messaging.message.id', concat('m', toString(message))",
    ),
    links: '[message]',
  },
  batches: {
    from: `(SELECT intDiv(number, 36) AS batch, number % 12 AS part, intDiv(number, 12) % 3 + 1 AS topic, 4 * (12 * 20 * batch + part) + topic AS first, number AS run FROM numbers(${rounds * 36}))`,
    trace: traceOf('run', 'b'),
    span: spanOf('run', 'b'),
    name: "concat('process orders.', toString(topic))",
    kind: 'Consumer',
    service: "'stock'",
    instance: 'part % 3',
    startNs: `${atOf('first + 19 * 48')} + 8000000`,
    durationNs: '40000000 + run % 9000000',
    attributes: about(
      'topic',
      'process',
      ", 'messaging.consumer.group.name', 'stock', 'messaging.batch.message_count', '20'",
    ),
    links: 'arrayMap(k -> toUInt64(first + k * 48), range(20))',
  },
}

if (!existsSync(folder)) {
  const store = openEmbeddedStore()
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  try {
    for (const [name, span] of Object.entries(parts)) {
      const file = join(part, `${name}.parquet`)
      await store.command(
        `INSERT INTO FUNCTION file({file:String}, 'Parquet') ${rows(span)}`,
        { file },
        { output_format_parquet_row_group_size: 100_000 },
      )
    }
  } finally {
    await store.close()
  }
  renameSync(part, folder)
}
