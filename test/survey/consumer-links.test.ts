/** Processed messages by whether they lead back to a producer, in every way that counts. Exact rows, reckoned by hand. */
import { afterAll, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows, type Message, type SketchSpan } from '../sketch.js'

afterAll(closeStore)

const orders = 'kafka://broker:9092/orders'

/** Hangs the second of two spans below the first. */
function nest(parent: SketchSpan | undefined, child: SketchSpan | undefined): void {
  if (!parent || !child) throw new Error('no such span')
  child.traceId = parent.traceId
  child.parentSpanId = parent.spanId
}

it('counts link, producer, foreign parent and linked receive, and nothing else', async () => {
  const shop = sketch('links')
  const last = () => shop.spans.at(-1)
  const publish = (consume: (message: Message) => void) =>
    shop.trace((trace) => trace.as('orders', (o) => consume(o.publish(orders, { messageId: 'm1' }))))

  publish((message) => message.consume('linked', { by: 'link' }))
  publish((message) => message.consume('parented', { by: 'parent' }))
  publish((message) => message.consume('lost', { by: 'none' }))
  // an id, but no way back; receives do not count at all
  publish((message) => message.consume('lost', { by: 'none', operation: 'receive' }))
  // below a receive that is linked
  publish((message) => {
    message.consume('batch', { by: 'link', operation: 'receive' })
    const receive = last()
    message.consume('batch', { by: 'none' })
    nest(receive, last())
  })
  // below a receive that is not
  publish((message) => {
    message.consume('poller', { by: 'none', operation: 'receive' })
    const receive = last()
    message.consume('poller', { by: 'none', messageId: '' })
    nest(receive, last())
  })
  // its parent is missing from the evidence: the context came along
  publish((message) => message.consume('orphaned', { by: 'none', orphan: true }))

  const { consumerLinks } = await survey(await surveyedStore(toRows(shop.spans)), ['consumerLinks'])
  expect(
    consumerLinks.map(({ service, spans, unlinked, identified, traces }) => [
      service,
      spans,
      unlinked,
      identified,
      traces,
    ]),
  ).toEqual([
    ['batch', 1, 0, 0, 0],
    ['linked', 1, 0, 0, 0],
    ['lost', 1, 1, 1, 1],
    ['orphaned', 1, 0, 0, 0],
    ['parented', 1, 0, 0, 0],
    ['poller', 1, 1, 0, 1],
  ])
  expect(new Set(consumerLinks.map((row) => row.destination))).toEqual(new Set(['kafka://broker/orders']))
})
