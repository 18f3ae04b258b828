/** What is left out because nobody wrote it changes nothing, and what most traces are like decides how they are gathered, not what comes of it. */
import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { normalise, withoutAbsent } from '../../src/survey/normalise.js'
import { prepare } from '../../src/survey/prepare.js'
import { plantedSystems } from '../planted/all.js'
import { closeStore, emptyStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

afterAll(closeStore)

const parsed = (rows: string): object[] =>
  rows
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as object)

const select = "attribute('db.system') AS a, message('messaging.system') AS b, resource('host.name') AS c"

it('blanks what does not occur where it is looked for', () => {
  expect(withoutAbsent(select, { attributes: ['messaging.system', 'host.name'], resource: ['db.system'] })).toBe(
    "'' AS a, message('messaging.system') AS b, '' AS c",
  )
  expect(withoutAbsent(select, { attributes: [], resource: ['host.name'] })).toBe(
    "'' AS a, '' AS b, resource('host.name') AS c",
  )
})

it('looks for all that is known where names are too many to be gathered', async () => {
  const store = await emptyStore()
  const [first, second] = parsed(
    toRows(sketch('names').repeat(2, (trace) => trace.server('shop', 'GET /')).spans),
  ) as Record<string, unknown>[]
  const madeUp = Object.fromEntries(Array.from({ length: 20_001 }, (_, n) => [`made.up.${n}`, 'x']))
  await store.insert('otel_traces', [
    { ...first, SpanAttributes: madeUp },
    { ...second, SpanKind: 'Client', SpanAttributes: { 'db.system': 'postgresql', 'server.address': 'pg' } },
  ])
  await normalise(store, {}, false)
  expect(await store.query('SELECT System AS system, Host AS host FROM normalised ORDER BY system')).toEqual([
    { system: '', host: '' },
    { system: 'postgresql', host: 'pg' },
  ])
})

it('knows every lookup of the statement', () => {
  const sql = readFileSync(new URL('../../src/survey/prepare/normalise.sql', import.meta.url), 'utf8')
  const lookups = sql.match(/\b(?:attribute|message|resource)\('/g) ?? []
  const left = withoutAbsent(sql, { attributes: [], resource: [] }).match(/\b(?:attribute|message|resource)\('/g) ?? []
  expect(lookups.length).toBeGreaterThan(100)
  expect(left).toEqual([])
})

it('gives the same rows with and without what does not occur', async () => {
  for (const planted of plantedSystems.filter((_, index) => index % 8 === 0)) {
    const store = await emptyStore()
    await store.insert('otel_traces', parsed(toRows(planted.spans())))
    const rows = async (growing: boolean): Promise<unknown> => {
      await store.command('TRUNCATE TABLE normalised')
      await normalise(store, { 'db.internal': 'db' }, growing)
      return store.query(
        'SELECT count() AS rows, groupBitXor(cityHash64(*)) AS hash, countIf(Operation != Name) AS named FROM normalised',
      )
    }
    expect(await rows(false), planted.audit).toEqual(await rows(true))
  }
}, 120_000)

it.each([
  { twice: 0, apart: true },
  { twice: 4, apart: false },
])('gathers traces of one span as all others, where $twice traces begin twice', async ({ twice, apart }) => {
  const shop = sketch('lone')
  shop.repeat(40, (trace) => trace.server('mailer', 'POST /mails', { error: true }))
  shop.repeat(5, (trace) => trace.as('cron', (c) => c.internal('sweep', { orphan: true })))
  shop.repeat(6, (trace) => trace.server('storefront', 'GET /books', {}, (s) => s.call('catalogue', 'GET /books')))
  shop.repeat(twice, (trace) => trace.server('storefront', 'GET /books').server('catalogue', 'GET /covers'))
  const rows = parsed(toRows(shop.spans)) as Record<string, unknown>[]
  const [itself, ...pair] = parsed(
    toRows(sketch('circle').repeat(3, (trace) => trace.server('loop', 'GET /')).spans),
  ) as Record<string, unknown>[]
  if (!itself || !pair[0] || !pair[1]) throw new Error('three spans were made')
  itself.ParentSpanId = itself.SpanId
  pair[1].TraceId = pair[0].TraceId
  pair[0].ParentSpanId = pair[1].SpanId
  pair[1].ParentSpanId = pair[0].SpanId

  const store = await emptyStore()
  await store.insert('otel_traces', [...rows, itself, ...pair])
  const commands: string[] = []
  await prepare({
    ...store,
    command: (sql, ...more) => {
      commands.push(sql)
      return store.command(sql, ...more)
    },
  })
  const alone = readFileSync(new URL('../../src/survey/prepare/lone-traces.sql', import.meta.url), 'utf8')
  expect(commands.some((sql) => sql.includes(alone))).toBe(apart)
  const asPrepared = await store.query<{ RootOperation: string; Spans: number }>(
    'SELECT * FROM traces ORDER BY TraceId',
  )
  const whole = readFileSync(new URL('../../src/survey/prepare/traces.sql', import.meta.url), 'utf8')
  const gathered = await store.query<object>(
    `SELECT * FROM (${whole.replaceAll(/^.*-- lone traces$/gm, '')}) ORDER BY TraceId`,
    { first: 0, last: 63 },
  )
  expect(asPrepared).toEqual(gathered)
  expect(asPrepared).toHaveLength(53 + twice)
  expect(asPrepared.filter(({ Spans }) => Spans === 1)).toHaveLength(46)
  expect(
    asPrepared
      .filter(({ RootOperation }) => RootOperation.startsWith('no root'))
      .map(({ Spans }) => Spans)
      .sort(),
  ).toEqual([1, 2])
})
