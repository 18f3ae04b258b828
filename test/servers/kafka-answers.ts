/**
 * Answers of Kafka's protocol, constructed: a broker that knows a few topics and groups, for machines where no Kafka can be run.
 * What is easily got wrong: this is what the protocol's specification says, not what a broker did; docs/brokers.md tells so.
 * https://kafka.apache.org/protocol.html
 */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Reader, Writer } from '@platformatic/kafka'

export interface KafkaTopic {
  /** First and next offset of each partition. */
  partitions: { first: number; end: number }[]
  configuration?: Record<string, string>
  denied?: boolean
}

export interface KafkaGroup {
  state: 'Stable' | 'Empty'
  /** Committed offsets by topic; -1 for a partition without one. */
  committed: Record<string, number[]>
  members: string[][]
  denied?: boolean
}

export interface KafkaState {
  topics: Record<string, KafkaTopic>
  groups: Record<string, KafkaGroup>
  /** Password that is asked for. */
  password?: string
}

export interface KafkaAnswers {
  port: number
  /** Keys of the requests that came, in order. */
  asked: number[]
  close(): void
}

const versions: Readonly<Record<number, number>> = {
  2: 7,
  3: 12,
  9: 8,
  10: 4,
  15: 5,
  16: 4,
  17: 1,
  18: 3,
  32: 4,
  36: 2,
}
const denied = { topic: 29, group: 30 } as const

/** A broker that answers from `state`, which may change while it runs. */
export async function answerAsKafka(state: KafkaState): Promise<KafkaAnswers> {
  const asked: number[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let waiting = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (data: Buffer) => {
      waiting = Buffer.concat([waiting, data])
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const request = waiting.subarray(4, 4 + waiting.readInt32BE(0))
        waiting = waiting.subarray(4 + waiting.readInt32BE(0))
        const key = request.readInt16BE(0)
        asked.push(key)
        const answer = answers[key]?.(state, bodyOf(request, key), port)
        if (!answer) return socket.destroy()
        // Neither the list of versions nor the older requests have tagged fields in their head.
        const head = Writer.create().appendInt32(request.readInt32BE(4))
        if (key !== 18 && key !== 17) head.appendTaggedFields()
        socket.write(head.appendFrom(answer).prependLength().buffer)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    asked,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** What follows the head of a request: key, version, number, client. */
function bodyOf(request: Buffer, key: number): Reader {
  const client = request.readInt16BE(8)
  return Reader.from(request.subarray(10 + Math.max(0, client) + (key === 17 ? 0 : 1)))
}

const topicsOf = (state: KafkaState): [string, KafkaTopic][] => Object.entries(state.topics)

const answers: Readonly<Record<number, (state: KafkaState, body: Reader, port: number) => Writer>> = {
  18: () =>
    Writer.create()
      .appendInt16(0)
      .appendArray(Object.entries(versions), (w, [key, version]) =>
        w.appendInt16(Number(key)).appendInt16(0).appendInt16(version),
      )
      .appendInt32(0)
      .appendTaggedFields(),
  17: () =>
    Writer.create()
      .appendInt16(0)
      .appendArray(['PLAIN'], (w, name) => w.appendString(name, false), false, false),
  36(state, body) {
    const right = body.readBytes().toString().split('\0')[2] === state.password
    return Writer.create()
      .appendInt16(right ? 0 : 58)
      .appendString(right ? null : 'Authentication failed')
      .appendBytes(Buffer.alloc(0))
      .appendInt64(0n)
      .appendTaggedFields()
  },
  3: (state, _, port) =>
    Writer.create()
      .appendInt32(0)
      .appendArray([port], (w) => w.appendInt32(1).appendString('127.0.0.1').appendInt32(port).appendString(null))
      .appendString('shop')
      .appendInt32(1)
      .appendArray(topicsOf(state), (w, [name, { partitions }]) =>
        w
          .appendInt16(0)
          .appendString(name)
          .appendUUID('00000000-0000-4000-8000-000000000001')
          .appendBoolean(name.startsWith('__'))
          .appendArray(partitions, (v, __, index) =>
            v
              .appendInt16(0)
              .appendInt32(index)
              .appendInt32(1)
              .appendInt32(0)
              .appendArray([1, 2], (u, node) => u.appendInt32(node), true, false)
              .appendArray([1], (u, node) => u.appendInt32(node), true, false)
              .appendArray([], () => undefined, true, false),
          )
          .appendInt32(0),
      )
      .appendTaggedFields(),
  16: (state) =>
    Writer.create()
      .appendInt32(0)
      .appendInt16(0)
      .appendArray(Object.entries(state.groups), (w, [id, group]) =>
        w.appendString(id).appendString('consumer').appendString(group.state),
      )
      .appendTaggedFields(),
  10: (_, body, port) => {
    body.readInt8()
    const keys = body.readArray((r) => r.readString(), true, false)
    return Writer.create()
      .appendInt32(0)
      .appendArray(keys, (w, key) =>
        w
          .appendString(key)
          .appendInt32(1)
          .appendString('127.0.0.1')
          .appendInt32(port)
          .appendInt16(0)
          .appendString(null),
      )
      .appendTaggedFields()
  },
  15(state, body) {
    const ids = body.readArray((r) => r.readString(), true, false)
    return Writer.create()
      .appendInt32(0)
      .appendArray(ids, (w, id) => {
        const group = state.groups[id]
        w.appendInt16(group?.denied === true ? denied.group : 0)
          .appendString(id)
          .appendString(group?.state ?? 'Dead')
          .appendString('consumer')
          .appendString('range')
          .appendArray(group?.members ?? [], (v, topics, index) => {
            const metadata = Writer.create()
              .appendInt16(0)
              .appendArray(topics, (u, topic) => u.appendString(topic, false), false, false)
            const assignment = Writer.create()
              .appendInt16(0)
              .appendArray(
                topics,
                (u, topic) =>
                  u.appendString(topic, false).appendArray([index], (t, at) => t.appendInt32(at), false, false),
                false,
                false,
              )
            v.appendString(`member-${index}`)
              .appendString(null)
              .appendString('mailer')
              .appendString('/127.0.0.1')
              .appendBytes(metadata.appendBytes(Buffer.alloc(0), false).buffer)
              .appendBytes(assignment.appendBytes(Buffer.alloc(0), false).buffer)
          })
          .appendInt32(0)
      })
      .appendTaggedFields()
  },
  9(state, body) {
    const ids = body.readArray((r) => {
      const id = r.readString()
      r.readArray((t) => t.readString())
      return id
    })
    return Writer.create()
      .appendInt32(0)
      .appendArray(ids, (w, id) => {
        const group = state.groups[id]
        w.appendString(id)
          .appendArray(Object.entries(group?.committed ?? {}), (v, [topic, offsets]) =>
            v
              .appendString(topic)
              .appendArray(offsets, (u, offset, index) =>
                u.appendInt32(index).appendInt64(BigInt(offset)).appendInt32(0).appendString('').appendInt16(0),
              ),
          )
          .appendInt16(group?.denied === true ? denied.group : 0)
      })
      .appendTaggedFields()
  },
  2(state, body) {
    body.readInt32()
    body.readInt8()
    const asked = body.readArray((r) => ({
      name: r.readString(),
      partitions: r.readArray((p) => ({ index: p.readInt32(), epoch: p.readInt32(), at: p.readInt64() })),
    }))
    return Writer.create()
      .appendInt32(0)
      .appendArray(asked, (w, { name, partitions }) =>
        w.appendString(name).appendArray(partitions, (v, { index, at }) => {
          const held = state.topics[name]?.partitions[index] ?? { first: 0, end: 0 }
          v.appendInt32(index)
            .appendInt16(0)
            .appendInt64(-1n)
            .appendInt64(BigInt(at === -1n ? held.end : held.first))
            .appendInt32(0)
        }),
      )
      .appendTaggedFields()
  },
  32(state, body) {
    const names = body.readArray((r) => {
      r.readInt8()
      const name = r.readString()
      r.readArray((k) => k.readString(), true, false)
      return name
    })
    return Writer.create()
      .appendInt32(0)
      .appendArray(names, (w, name) => {
        const topic = state.topics[name]
        w.appendInt16(topic?.denied === true ? denied.topic : 0)
          .appendString(null)
          .appendInt8(2)
          .appendString(name)
          .appendArray(Object.entries(topic?.configuration ?? {}), (v, [key, value]) =>
            v
              .appendString(key)
              .appendString(value)
              .appendBoolean(false)
              .appendInt8(1)
              .appendBoolean(false)
              .appendArray([], () => undefined)
              .appendInt8(2)
              .appendString(null),
          )
      })
      .appendTaggedFields()
  },
}
