/** AsyncAPI documents of both generations: who sends, who receives, where. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnreadableEvidence } from '../../src/model/importer.js'
import { readInto, samples } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

describe('AsyncAPI documents', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.close())

  const read = (name: string) => readInto(store, join(samples, 'asyncapi', name))
  const rows = () =>
    store.rows(
      'SELECT Service, Direction, Channel, Message, System, Host FROM contracts ORDER BY Channel, Direction, Message',
    )

  async function readText(text: string): Promise<unknown> {
    const path = join(store.folder, 'contract.yaml')
    writeFileSync(path, text)
    try {
      return await readInto(store, path)
    } catch (error) {
      return error
    }
  }

  it('of 2.x say what others may do: the service receives where they publish', async () => {
    expect((await read('2.6/notifications.yaml')).importer).toBe('asyncapi')
    const common = { Service: 'notifications', System: 'amqp', Host: 'live.rabbit.bookshop.example:5672' }
    expect(await rows()).toEqual([
      { ...common, Direction: 'receive', Channel: 'bookshop:order.placed', Message: 'OrderPlaced' },
      { ...common, Direction: 'send', Channel: 'letters.sent', Message: 'LetterSent' },
      { ...common, Direction: 'receive', Channel: 'notifications.letters-due', Message: 'LetterCancelled' },
      { ...common, Direction: 'receive', Channel: 'notifications.letters-due', Message: 'LetterDue' },
      { ...common, Direction: 'send', Channel: 'notifications.letters-due', Message: 'LetterDue' },
    ])
    expect(store.losses).toEqual({ 'external-reference': 1, 'unused-channel': 1 })
  })

  it('of 3.x say what the service does, answers included', async () => {
    await read('3.0/orders.yaml')
    const nats = { Service: 'orders', System: 'nats', Host: 'nats.bookshop.example:4222' }
    expect(await rows()).toEqual([
      { ...nats, Direction: 'receive', Channel: 'answers', Message: 'DeliveryTold' },
      { ...nats, Direction: 'send', Channel: 'delivery.asked', Message: 'DeliveryAsked' },
      {
        Service: 'orders',
        Direction: 'send',
        Channel: 'orders.placed',
        Message: 'OrderPlaced',
        System: 'kafka',
        Host: 'kafka.bookshop.example:9092',
      },
    ])
    // The one that leads to itself.
    expect(store.losses).toEqual({ 'unused-channel': 1 })
  })

  it('may be JSON, and need no server', async () => {
    await read('3.0/reviews.json')
    expect(await rows()).toEqual([
      { Service: 'reviews', Direction: 'receive', Channel: 'book.viewed', Message: 'BookViewed', System: '', Host: '' },
    ])
    expect(store.losses).toEqual({})
  })

  it('that are broken, too old, or grow without end are refused with the place or a remedy', async () => {
    expect(await readText('asyncapi: 3.0.0\nchannels: [\n')).toMatchObject({
      message: expect.stringMatching(/line \d/) as string,
    })
    expect(await readText('asyncapi: 1.2.0\n')).toMatchObject({ message: expect.stringContaining('1.2.0') as string })
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    for (let level = 0; level < 9; level++) {
      const [from, to] = [String.fromCharCode(97 + level), String.fromCharCode(98 + level)]
      bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(',')}]`)
    }
    expect(await readText(`asyncapi: 3.0.0\n${bomb.join('\n')}\n`)).toBeInstanceOf(UnreadableEvidence)
  })

  it('end, whatever stands in them', async () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const reference = fc.record({
      $ref: fc.constantFrom('#', '#/channels/a', '#/channels/b', '#/x/0', 'other.yaml', ''),
    })
    const part = fc.oneof(reference, value)
    const document = fc.record(
      {
        asyncapi: fc.constantFrom('2.6.0', '3.0.0', 3, 2.6),
        info: part,
        servers: fc.oneof(part, fc.dictionary(fc.string(), part)),
        channels: fc.record({
          a: fc.oneof(
            part,
            fc.record({ address: value, messages: part, publish: part, servers: part, bindings: part }),
          ),
          b: fc.oneof(
            part,
            fc.record({ subscribe: fc.record({ message: part }), messages: fc.dictionary(fc.string(), part) }),
          ),
        }),
        operations: fc.dictionary(
          fc.string(),
          fc.oneof(
            part,
            fc.record({ action: fc.constantFrom('send', 'receive', 7), channel: part, reply: part, messages: part }),
          ),
        ),
      },
      { requiredKeys: ['asyncapi'] },
    )
    await fc.assert(
      fc.asyncProperty(document, async (written) => {
        const answer = await readText(JSON.stringify(written))
        if (answer instanceof Error) expect(answer).toBeInstanceOf(UnreadableEvidence)
      }),
      { numRuns: 60, seed: 6 },
    )
  })
})
