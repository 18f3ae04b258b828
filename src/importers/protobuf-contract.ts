/**
 * Files of protocol buffers that define services: a row for each method. Messages are passed over, and so are imports: what a method
 * takes and gives does not matter to who may call it.
 */
import { readFileSync } from 'node:fs'
import type * as Protobuf from 'protobufjs'
import { UnreadableEvidence, type Importer } from '../model/importer.js'
import type { ContractRow } from './contracts/contract-row.js'

const mostBytes = 4 << 20
const mostMethods = 20_000

export const protobufContract: Importer = {
  id: 'protobuf-contract',
  title: 'protobuf contracts (.proto)',
  spec: 'https://protobuf.dev/reference/protobuf/proto3-spec/',
  gives: ['contracts'],
  sniff(head) {
    const text = new TextDecoder().decode(head)
    if (/^\s*(?:syntax\s*=\s*["']proto[23]["']|edition\s*=\s*["']\d{4}["'])\s*;/m.test(text)) return 1
    return /^\s*service\s+\w+\s*\{/m.test(text) && /^\s*rpc\s+\w+\s*\(/m.test(text) ? 0.8 : 0
  },
  async read(source, sink) {
    const remedy = 'Give a .proto file that protoc compiles.'
    if (source.sizeBytes > mostBytes) throw new UnreadableEvidence(source.name, 'is too large for a contract', remedy)
    // Loaded by those who have a contract: every other run would wait for it.
    const { default: protobuf } = await import('protobufjs')
    let methods: string[]
    try {
      methods = methodsOf(protobuf.parse(readFileSync(source.path, 'utf8'), { keepCase: true }).root, protobuf)
    } catch {
      // The parser's message quotes the file.
      throw new UnreadableEvidence(source.name, 'is no protobuf definition that can be read', remedy)
    }
    await sink.insertRows(
      'contracts',
      methods.slice(0, mostMethods).map((channel) => ({
        Source: source.name,
        Kind: 'proto',
        Service: '',
        Direction: 'serve',
        Channel: channel.slice(0, 2000),
        Message: '',
        System: 'grpc',
        Host: '',
      })) satisfies ContractRow[],
    )
    sink.gain(Math.min(methods.length, mostMethods), 'contracts')
    if (methods.length > mostMethods) sink.lose('bad-row', methods.length - mostMethods)
    if (source.truncated) sink.lose('truncated', 1)
    sink.progress({ bytes: source.sizeBytes })
  },
}

/** `shop.Stock/Reserve`, as gRPC calls it. */
function methodsOf(space: Protobuf.NamespaceBase, protobuf: Pick<typeof Protobuf, 'Service' | 'Namespace'>): string[] {
  return space.nestedArray.flatMap((each): string[] => {
    if (each instanceof protobuf.Service) {
      return each.methodsArray.map(({ name }) => `${each.fullName.replace(/^\./, '')}/${name}`)
    }
    return each instanceof protobuf.Namespace ? methodsOf(each, protobuf) : []
  })
}
