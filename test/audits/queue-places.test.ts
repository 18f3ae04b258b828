/** Bindings, trends and mends of queues: what lies between the rows of a broker and a sentence about them. */
import { describe, expect, it } from 'vitest'
import { fitsBinding, queueOf, type Queue } from '../../src/audits/messaging/queue-places.js'
import {
  boundPrescription,
  deadLetterPrescription,
  idempotencyPrescription,
  shellWord,
} from '../../src/audits/messaging/prescriptions.js'
import { outboxPrescription } from '../../src/audits/data/outbox-recipe.js'
import { trendOf } from '../../src/audits/messaging/trend.js'
import { blankRows } from '../../src/survey/rows.js'

const queue = (row: Partial<Queue>): Queue => ({ ...blankRows.brokerQueues, system: 'rabbitmq', kind: 'queue', ...row })

describe('bindings of a topic exchange', () => {
  it.each([
    ['shop:order.placed', 'shop:order.placed', true],
    ['shop:order.*', 'shop:order.placed', true],
    ['shop:order.*', 'shop:order.placed.twice', false],
    ['shop:order.#', 'shop:order', true],
    ['shop:#.placed', 'shop:order.placed', true],
    ['shop:order.#.late', 'shop:order.late', true],
    ['other:order.placed', 'shop:order.placed', false],
    ['shop:order.+', 'shop:order.x', false],
  ])('%s takes %s: %s', (binding, name, fits) => expect(fitsBinding(binding, name)).toBe(fits))

  it('is done with a pattern of two hundred signs in no time', () => {
    expect(fitsBinding(`shop:${'#.'.repeat(100)}x`, `shop:${'a.'.repeat(200)}y`)).toBe(false)
  })

  it('prefers the queue that spans name to one that is bound, and takes none where two are bound', () => {
    const flow = { system: 'rabbitmq', destination: 'rabbitmq://b/shop:placed', subscription: 'mail', consumer: 'mail' }
    const bound = [
      queue({ name: 'mail.placed', bindings: ['shop:placed'] }),
      queue({ name: 'stock.placed', bindings: ['shop:placed'] }),
    ]
    expect(queueOf(flow, bound)).toBeUndefined()
    expect(queueOf({ ...flow, subscription: 'stock.placed' }, bound)?.name).toBe('stock.placed')
    expect(queueOf(flow, bound.slice(0, 1))?.name).toBe('mail.placed')
  })
})

describe('trends', () => {
  const looks = (depths: number[]) =>
    depths.map((depth, index) => ({ depth, taken: index * 40, came: index * 40 + depth }))
  it.each([
    ['growing', [0, 4, 8, 12, 16, 20]],
    ['steady', [0, 4, 8, 0, 0, 20]],
    ['steady', [0, 40, 30, 20, 10, 5]],
    ['thin', [0, 40, 90]],
  ] as const)('%s: %j', (kind, depths) => expect(trendOf(looks([...depths]), 10, 5).kind).toBe(kind))
})

describe('mends', () => {
  it('quotes a name that would be a command', () => {
    expect(shellWord("it's; rm -rf /")).toBe(`'it'\\''s; rm -rf /'`)
    const text = deadLetterPrescription(queue({ name: `x'; drop $(y) "z"`, virtualHost: 'a b' }))?.text ?? ''
    expect(text).toContain(`--vhost 'a b'`)
    for (const line of text.split('\n').filter((each) => each.startsWith('rabbitmq'))) {
      // outside of single quotes nothing is left that a shell would act on
      expect(line.replaceAll(`'\\''`, '').replaceAll(/'[^']*'/g, '')).not.toMatch(/[;$"()`]/)
    }
  })

  it('writes a policy whose definition is JSON and whose pattern fits the queue alone', () => {
    const text = boundPrescription(queue({ name: 'mail.placed' }))?.text ?? ''
    const [, pattern = '', definition = ''] = /queues \S+ '(.+?)' '(.+)'$/m.exec(text) ?? []
    expect(JSON.parse(definition)).toEqual({ 'max-length': 100_000, overflow: 'reject-publish' })
    expect('mail.placed').toMatch(new RegExp(pattern))
    expect('mailXplaced').not.toMatch(new RegExp(pattern))
  })

  it('gives JetStream’s consumers a limit, and streams one', () => {
    const consumer = queue({ system: 'nats', kind: 'consumer', name: 'mail', parent: 'ORDERS' })
    expect(deadLetterPrescription(consumer)?.text).toContain('nats consumer edit ORDERS mail --max-deliver=5')
    expect(boundPrescription(queue({ system: 'nats', kind: 'stream', name: 'ORDERS' }))?.text).toContain(
      'nats stream edit ORDERS',
    )
  })

  it('escapes names in SQL', () => {
    expect(idempotencyPrescription("o'hara", 'INSERT Letters"s').text).toContain(`VALUES ('o''hara', $1)`)
    const outbox = outboxPrescription({
      service: 'orders',
      store: 'mysql://db:3306/shop',
      destination: "kafka://k/o'p",
      tables: ['orders'],
    })
    expect(outbox.text).toContain(`'o''p'`)
    expect(outbox.text).toContain('AUTO_INCREMENT')
  })
})
