/** Secrets leave addresses, whatever characters they hold, and nothing else does. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactUrl } from '../../src/lib/redact-url.js'

describe('addresses', () => {
  it.each([
    ['redis://cache:6379/2', 'redis://cache:6379/2'],
    ['redis://:hunter2@cache:6379', 'redis://:***@cache:6379'],
    ['rediss://reader:hunter2@cache', 'rediss://reader:***@cache'],
    ['amqp+http://guest:pa/ss@rabbit:15672/shop', 'amqp+http://guest:***@rabbit:15672/shop'],
    ['nats://a:p@ss@one:4222,two:4222', 'nats://a:***@one:4222,two:4222'],
    ['clickhouse://reader@host:8123/otel?table=otel_traces', 'clickhouse://reader@host:8123/otel?table=otel_traces'],
    ['clickhouse://host/otel?password=hunter2&secure=1', 'clickhouse://host/otel?password=***&secure=1'],
    ['nats://host?auth_token=hunter2', 'nats://host?auth_token=***'],
    ['traces/a@b.json', 'traces/a@b.json'],
    ['-', '-'],
  ])('%s', (given, shown) => {
    expect(redactUrl(given)).toBe(shown)
  })

  it('never show a password', () => {
    const password = fc.string({ minLength: 8, maxLength: 20 }).filter((text) => /^[^?#]{8,}$/u.test(text))
    fc.assert(
      fc.property(password, (secret) => {
        expect(redactUrl(`redis://shop:${secret}@cache:6379/1`)).toBe('redis://shop:***@cache:6379/1')
      }),
    )
  })
})
