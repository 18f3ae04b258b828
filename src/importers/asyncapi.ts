/**
 * AsyncAPI documents, 2.x and 3.x: who sends and who receives which message on which channel.
 * What is easily got wrong: in 2.x `publish` is what others may do, so the service of the document receives there, and sends where it says
 * `subscribe`. In 3.x `send` and `receive` are what the service does.
 */
import { UnreadableEvidence, type Importer, type Sink, type Source } from '../model/importer.js'
import { servedAt, type Served } from './contracts/asyncapi-servers.js'
import { readContract, References } from './contracts/contract-document.js'
import type { ContractRow } from './contracts/contract-row.js'
import { keysOfHead } from './common/json-head.js'
import { isObject, listOf, objectOf, textOf, type JsonObject } from './common/json-values.js'

export const asyncapi: Importer = {
  id: 'asyncapi',
  title: 'AsyncAPI documents',
  spec: 'https://www.asyncapi.com/docs/reference/specification/v3.0.0',
  gives: ['contracts'],
  sniff(head) {
    if (keysOfHead(head).has('asyncapi')) return 1
    return /^(['"]?)asyncapi\1\s*:\s*['"]?\d/m.test(new TextDecoder().decode(head)) ? 1 : 0
  },
  async read(source: Source, sink: Sink) {
    const document = await readContract(source)
    const version = String(
      textOf(document['asyncapi']) || (typeof document['asyncapi'] === 'number' ? document['asyncapi'] : ''),
    )
    const references = new References(document)
    const operations = version.startsWith('2')
      ? operationsOf2(document, references)
      : version.startsWith('3')
        ? operationsOf3(document, references)
        : undefined
    if (operations === undefined)
      throw new UnreadableEvidence(
        source.name,
        `is an AsyncAPI document of version ${version.slice(0, 20) || 'unknown'}`,
        'Convert it to 2.x or 3.x: asyncapi convert.',
      )
    const service = textOf(objectOf(document['info'])['title'])
    const rows = operations.flatMap((operation) => rowsOf(operation, source.name, service, document, references))
    await sink.insertRows('contracts', rows)
    sink.gain(rows.length, 'contracts')
    references.report(sink)
    const used = new Set(operations.map((operation) => operation.channel))
    const unused = Object.values(objectOf(document['channels'])).filter(
      (channel) => !used.has(references.follow(channel)),
    )
    if (unused.length > 0) sink.lose('unused-channel', unused.length)
    sink.progress({ bytes: source.sizeBytes })
  },
}

interface Operation {
  direction: 'send' | 'receive'
  address: string
  channel: JsonObject
  /** Names; empty when the contract names none. */
  messages: string[]
}

function operationsOf2(document: JsonObject, references: References): Operation[] {
  return Object.entries(objectOf(document['channels'])).flatMap(([address, value]) => {
    const channel = references.follow(value)
    return (['publish', 'subscribe'] as const)
      .filter((verb) => isObject(channel[verb]))
      .map((verb) => ({
        direction: verb === 'publish' ? ('receive' as const) : ('send' as const),
        address,
        channel,
        messages: messagesOf2(references.follow(channel[verb])['message'], references),
      }))
  })
}

function messagesOf2(message: unknown, references: References): string[] {
  const choices = listOf(references.follow(message)['oneOf'])
  return (choices.length > 0 ? choices : message === undefined ? [] : [message])
    .map((each) => nameOf(each, references))
    .filter((name) => name !== '')
}

/** A message by its name, its title, or the name under which it stands among the components. */
function nameOf(message: unknown, references: References): string {
  const told = references.follow(message)
  return textOf(told['name']) || textOf(told['messageId']) || References.nameOf(message) || textOf(told['title'])
}

function operationsOf3(document: JsonObject, references: References): Operation[] {
  const channels = objectOf(document['channels'])
  const idOf = new Map(Object.entries(channels).map(([id, value]) => [references.follow(value), id]))
  const operation = (direction: Operation['direction'], of: JsonObject, channelAt: unknown): Operation[] => {
    const channel = references.follow(channelAt)
    if (Object.keys(channel).length === 0) return []
    const listed = listOf(of['messages'])
    const all = Object.entries(objectOf(channel['messages']))
    const messages =
      listed.length > 0
        ? listed.map((each) => nameOf(each, references))
        : all.map(([id, each]) => textOf(references.follow(each)['name']) || id)
    const address = textOf(channel['address']) || (idOf.get(channel) ?? References.nameOf(channelAt))
    return [{ direction, address, channel, messages: messages.filter((name) => name !== '') }]
  }
  return Object.values(objectOf(document['operations'])).flatMap((value) => {
    const told = references.follow(value)
    const action = told['action']
    if (action !== 'send' && action !== 'receive') return []
    const reply = references.follow(told['reply'])
    return [
      ...operation(action, told, told['channel']),
      // What is asked by one message is answered by another.
      ...(isObject(reply['channel']) ? operation(action === 'send' ? 'receive' : 'send', reply, reply['channel']) : []),
    ]
  })
}

function rowsOf(
  { direction, address, channel, messages }: Operation,
  source: string,
  service: string,
  document: JsonObject,
  references: References,
): ContractRow[] {
  const served: Served[] = servedAt(document, channel, references)
  const name = channelName(address, channel, references)
  return served.flatMap(({ system, host }) =>
    (messages.length > 0 ? messages : ['']).map((message) => ({
      Source: source,
      Kind: 'asyncapi' as const,
      Service: service,
      Direction: direction,
      Channel: name,
      Message: message,
      System: system,
      Host: host,
    })),
  )
}

/** What the broker calls the channel, where a binding says so: a topic, a queue, or an exchange with a routing key as traces write it. */
function channelName(address: string, channel: JsonObject, references: References): string {
  const bindings = references.follow(channel['bindings'])
  const topic = textOf(references.follow(bindings['kafka'])['topic'])
  if (topic !== '') return topic
  const amqp = references.follow(bindings['amqp'])
  const exchange = textOf(objectOf(amqp['exchange'])['name'])
  const queue = textOf(objectOf(amqp['queue'])['name'])
  if (amqp['is'] === 'queue' && queue !== '') return queue
  return exchange === '' ? address : `${exchange}:${address}`
}
