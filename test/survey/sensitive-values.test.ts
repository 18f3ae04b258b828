/** What is a leak and what only looks like one. Every value is made up; card numbers are the test numbers of the issuers. */
import { afterAll, describe, expect, it } from 'vitest'
import { survey } from '../../src/survey/survey.js'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows, type Scope } from '../sketch.js'

afterAll(closeStore)

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW1hZGUtdXA'

async function found(body: (scope: Scope) => void): Promise<string[]> {
  const shop = sketch('secrets')
  shop.trace((trace) => trace.as('readers', body))
  const { sensitiveValues } = await survey(await surveyedStore(toRows(shop.spans)), ['sensitiveValues'])
  return sensitiveValues.map((row) => `${row.place} ${row.key}: ${row.kind}`.replace('  ', ' '))
}

/** One span whose attributes are the values, under the keys a0, a1… */
async function valuesFound(values: readonly string[], kind: string): Promise<string[]> {
  const attributes = Object.fromEntries(values.map((value, index) => [`a${index}`, value]))
  const lines = await found((scope) => scope.internal('look up', { attributes }))
  return values.filter((_, index) => lines.includes(`span a${index}: ${kind}`))
}

describe('values', () => {
  it('finds addresses', async () => {
    const leaks = [
      'ada@bookshop.example',
      "SELECT id FROM readers WHERE address = 'ada.lovelace+news@mail.bookshop.co.uk'",
      '/readers/ada@bookshop.example/orders',
      'https://shop/reset?to=ada%40bookshop.example&x=1',
      '{"to":"ada@bookshop.example"}',
      'Failed to send to <ada@bookshop.example>.',
    ]
    expect(await valuesFound(leaks, 'e-mail address')).toEqual(leaks)
  })
  it('finds the shortest address', async () => {
    expect(await valuesFound(['a@b.cd', 'a@b.c'], 'e-mail address')).toEqual(['a@b.cd'])
  })
  it('finds a password under its name, however many names there are', async () => {
    const madeUp = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`a${n}`, 'x']))
    const lines = await found((scope) => {
      scope.internal('look up', { attributes: madeUp })
      scope.internal('look up', { attributes: { 'db.password': 'hunter-seven' } })
    })
    expect(lines).toEqual(['span db.password: password'])
  })
  it('finds no addresses where there are none', async () => {
    const clean = [
      'git@github.com:bookshop/shop.git',
      '/app/node_modules/.pnpm/express@4.18.2/node_modules/express/lib/router/index.js',
      'cover@2x.png',
      'postgresql://shop@pg.internal:5432/shop',
      'https://reader:***@bookshop.example/feed',
      'a***@bookshop.example',
      '@opentelemetry/api',
      'billing@shop-1234.iam.gserviceaccount.com',
      'rabbit@broker.bookshop.example',
      'worker-1@node-3.shop.internal',
      'com.bookshop.Handler@1b2c3d4e',
      'docker.io/bookshop/shop@sha256:0123456789abcdef',
      'SELECT @@version',
    ]
    expect(await valuesFound(clean, 'e-mail address')).toEqual([])
  })
  it('finds cards by issuer and check digit', async () => {
    const leaks = [
      '4111111111111111',
      'INSERT INTO notes VALUES (5555555555554444)',
      '4111 1111 1111 1111',
      'card 3782 822463 10005 declined',
      '6011-1111-1111-1117.',
    ]
    expect(await valuesFound(leaks, 'card number')).toEqual(leaks)
  })
  it('finds no cards where there are none', async () => {
    const clean = [
      '4111111111111112',
      '1772442000123456',
      '1772442000123456789',
      '0.4111111111111111',
      'a4111111111111111',
      '4111111111111111-shop',
      '41111111-1111-1111-4111-111111111111',
      '4006381333931',
      '+4915112345678901',
    ]
    expect(await valuesFound(clean, 'card number')).toEqual([])
    expect(await valuesFound(clean, 'long number')).toEqual(['4111111111111112'])
  })
  it('finds tokens', async () => {
    const leaks = [
      token,
      `Bearer ${'a1b2c3d4'.repeat(4)}`,
      'key=AKIAABCDEFGHIJKLMNOP',
      '-----BEGIN RSA PRIVATE KEY-----',
    ]
    expect(await valuesFound(leaks, 'token')).toEqual(leaks)
    const clean = ['Bearer ***', 'bearer token missing', 'EURASIA', 'eyJub3QgYSB0b2tlbiJ9', 'ASIA-PACIFIC']
    expect(await valuesFound(clean, 'token')).toEqual([])
  })
  it('finds passwords', async () => {
    const leaks = [
      'postgresql://shop:hunter42@pg:5432/shop',
      "UPDATE readers SET password = 'hunter42' WHERE id = 7",
      'https://shop/login?user=ada&password=hunter42',
      '{"user":"ada","password":"hunter42"}',
      'Server=pg;Database=shop;Password=hunter42;',
    ]
    expect(await valuesFound(leaks, 'password')).toEqual(leaks)
    const clean = [
      'postgresql://shop:***@pg:5432/shop',
      'postgresql://shop:xxxxx@pg:5432/shop',
      "UPDATE readers SET password = '?' WHERE id = 7",
      'UPDATE readers SET password = ? WHERE id = 7',
      'SELECT password FROM readers WHERE readers.password = logins.password',
      'https://shop/login?user=ada&password=REDACTED',
      '{"password":"[REDACTED]"}',
      'the password is wrong',
      'http://shop:8080/books/7@2',
    ]
    expect(await valuesFound(clean, 'password')).toEqual([])
  })
})

describe('places', () => {
  it('looks at keys, events, names, messages and resources', async () => {
    const shop = sketch('places')
    shop.service('readers', { resource: { 'process.owner.email': 'ops@bookshop.example' } })
    shop.trace((trace) =>
      trace.as('readers', (r) => {
        r.internal('greet ada@bookshop.example', {
          attributes: {
            'db.password': 'hunter42',
            'http.request.header.authorization': '["Basic YWRhOmh1bnRlcjQy"]',
            'http.request.header.cookie': '["[REDACTED]"]',
            'user_agent.original': 'Bot/1.0 (bot@search.example)',
            'app.token_count': '1200',
            'form.error.password': 'is too short',
            'messaging.message.id': '0100018f@mail.bookshop.example',
          },
          events: [{ name: 'exception', attributes: { 'exception.message': 'no reader ada@bookshop.example' } }],
          error: 'reader ada@bookshop.example is unknown',
        })
      }),
    )
    const { sensitiveValues } = await survey(await surveyedStore(toRows(shop.spans)), ['sensitiveValues'])
    expect(sensitiveValues.map((row) => [row.place, row.key, row.kind, row.spans])).toEqual([
      ['event', 'exception.message', 'e-mail address', 1],
      ['resource', 'process.owner.email', 'e-mail address', 1],
      ['span', 'db.password', 'password', 1],
      ['span', 'error.type', 'e-mail address', 1],
      ['span', 'http.request.header.authorization', 'token', 1],
      ['span name', '', 'e-mail address', 1],
      ['status message', '', 'e-mail address', 1],
    ])
    expect(JSON.stringify(sensitiveValues)).not.toMatch(/ada@|hunter42|ops@/)
  })
})
