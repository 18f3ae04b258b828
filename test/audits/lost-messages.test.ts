/**
 * A message whose trace ends at the broker is one fault, and one audit tells of it: lost-context where one producer is to blame,
 * unlinked-consumer where the consumer is or where nobody can tell who published.
 */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { auditRows, closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows, type SketchSpan } from '../sketch.js'

afterAll(closeStore)

const destination = 'rabbitmq://broker:5672/orders.placed'

interface Publisher {
  service: string
  messages: number
  /** Of these, how many come without their trace. */
  without: number
  /** What both sides know a message by. */
  known: 'id' | 'conversation' | 'nothing'
}

function orders(...publishers: readonly Publisher[]): SketchSpan[] {
  const shop = sketch('orders')
  for (const { service, messages, without, known } of publishers) {
    shop.repeat(messages, (trace, i) => {
      const id = {
        id: { messageId: `${service}-${i}` },
        conversation: { conversationId: `${service}-${i}` },
        nothing: {},
      }
      trace.server(service, `POST /${service}`, {}, (s) => {
        s.work(3)
        s.publish(destination, id[known]).consume('shipping', { by: i < without ? 'none' : 'link' }, (c) => c.work(4))
      })
    })
  }
  return shop.spans
}

async function told(spans: readonly SketchSpan[]): Promise<string[]> {
  const { audits } = await auditRows(toRows(spans))
  return audits
    .filter(({ id }) => ['lost-context', 'unlinked-consumer'].includes(id))
    .flatMap(({ id, findings }) => findings.map(({ where, severity }) => `${id} ${severity} ${JSON.stringify(where)}`))
}

const sound: Publisher = { service: 'orders', messages: 60, without: 0, known: 'id' }
const read = 'rabbitmq://broker/orders.placed'

it.each(['id', 'conversation'] as const)('one producer of two drops the trace, known by %s', async (known) => {
  const spans = orders(sound, { service: 'kiosk', messages: 40, without: 40, known })
  expect(await told(spans)).toEqual([
    `lost-context warning ${JSON.stringify({ service: 'kiosk', peer: 'shipping', destination: read })}`,
  ])
  const { messageContexts } = await survey(await surveyedStore(toRows(spans)), ['messageContexts'])
  expect(
    messageContexts.map(({ producer, consumer, processed, lost, conversations, traces }) => [
      producer,
      consumer,
      processed,
      lost,
      conversations,
      traces,
    ]),
  ).toEqual([
    ['kiosk', 'shipping', 40, 40, known === 'conversation' ? 40 : 0, 40],
    ['orders', 'shipping', 60, 0, 0, 0],
  ])
  const [kiosk] = messageContexts
  expect(kiosk?.traceIds).toHaveLength(10)
  for (const [at, traceId] of (kiosk?.traceIds ?? []).entries()) {
    const processed = spans.find((span) => span.traceId === traceId && span.spanId === kiosk?.spanIds[at])
    const published = spans.find((span) => span.spanId === kiosk?.publishSpanIds[at])
    expect([processed?.kind, published?.kind]).toEqual(['consumer', 'producer'])
    expect(published?.traceId).toBe(kiosk?.publishTraceIds[at])
  }
})

it('nobody can tell whose messages come without', async () => {
  expect(await told(orders(sound, { service: 'kiosk', messages: 40, without: 40, known: 'nothing' }))).toEqual([
    `unlinked-consumer warning ${JSON.stringify({ service: 'shipping', destination: read })}`,
  ])
})

it('the consumer reads nobody’s', async () => {
  const spans = orders({ ...sound, without: 60 }, { service: 'kiosk', messages: 40, without: 40, known: 'id' })
  expect(await told(spans)).toEqual([
    `unlinked-consumer warning ${JSON.stringify({ service: 'shipping', destination: read })}`,
  ])
})

it('every message comes with its trace', async () => {
  expect(await told(orders(sound, { service: 'kiosk', messages: 40, without: 0, known: 'conversation' }))).toEqual([])
})
