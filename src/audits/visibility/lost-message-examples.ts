/** Messages that come with their trace and without, on both sides of the limits of lost-context. */
import type { Example } from '../../model/audit.js'
import type { SurveyRows } from '../../survey/rows.js'

const destination = 'rabbitmq://broker/orders.placed'
const consumer = 'shipping'

type Contexts = Pick<SurveyRows, 'messageContexts' | 'overview' | 'services'>

/** `kiosk` and `orders` are messages processed and, of those, lost. */
function edges(kiosk: readonly [number, number], orders: readonly [number, number]): Example<Contexts>['rows'] {
  const edge = (producer: string, [processed, lost]: readonly [number, number]) => ({
    destination,
    consumer,
    producer,
    processed,
    lost,
    traces: lost,
    traceIds: ['a1'],
    spanIds: ['b1'],
    publishTraceIds: ['c1'],
    publishSpanIds: ['d1'],
  })
  return {
    overview: [{ traces: 400, endMs: 100_000 }],
    services: [{ service: 'kiosk' }, { service: 'orders' }, { service: consumer }],
    messageContexts: [edge('kiosk', kiosk), edge('orders', orders)],
  }
}

export const lostMessageExamples = {
  fires: [
    {
      name: 'a fifth and one of the kiosk’s messages come without their trace',
      rows: edges([100, 21], [100, 0]),
      severities: ['warning'],
    },
    { name: 'twenty messages of the kiosk', rows: edges([20, 20], [20, 1]), severities: ['warning'] },
  ],
  quiet: [
    { name: 'a fifth of the kiosk’s messages', rows: edges([100, 20], [100, 0]) },
    { name: 'nineteen messages of the kiosk', rows: edges([19, 19], [100, 0]) },
    { name: 'a consumer that keeps nobody’s trace is unlinked-consumer’s', rows: edges([100, 100], [100, 100]) },
    { name: 'too few messages of others to tell that the consumer keeps a trace', rows: edges([100, 100], [19, 0]) },
    { name: 'others’ messages lose their trace too, six in a hundred', rows: edges([100, 100], [100, 6]) },
  ],
} satisfies { fires: Example<Contexts>[]; quiet: Example<Contexts>[] }
