/** Drafting without an engine: what is proposed of the bookshop, and that nothing a person wrote is lost when it is added. */
import { describe, expect, it } from 'vitest'
import { blankCharter } from '../../../src/charter/blank-charter.js'
import { draftCharter, newCharterText } from '../../../src/charter/draft/draft-charter.js'
import { proposals } from '../../../src/charter/draft/proposals.js'
import { loadCharterText } from '../../../src/charter/load.js'
import type { SystemReport } from '../../../src/model/report.js'

const file = 'faultline.yaml'

const bookshop: SystemReport = {
  window: { start: '2026-11-01T10:00:00.000Z', end: '2026-11-01T10:10:00.000Z', seconds: 600 },
  spans: 5000,
  traces: 430,
  services: ['cart', 'pricing', 'storefront'].map((name) => ({
    name,
    spans: 900,
    requests: 400,
    errors: 0,
    p50Ms: 20,
    p95Ms: 90,
    instrumented: true,
  })),
  stores: [
    { id: 'postgresql://pg-pricing:5432/prices', system: 'postgresql', spans: 400, services: ['pricing'] },
    { id: 'redis://cache:6379/0', system: 'redis', spans: 400, services: ['cart'] },
  ],
  destinations: [
    { id: 'kafka://kafka/orders.placed', system: 'kafka', producers: ['cart'], consumers: ['pricing'], messages: 40 },
  ],
  requests: [
    { service: 'storefront', operation: 'GET /cart', traces: 400, errors: 0, p50Ms: 30, p95Ms: 251.2, p99Ms: 400 },
    { service: 'storefront', operation: 'GET /sale', traces: 3, errors: 0, p50Ms: 30, p95Ms: 90, p99Ms: 90 },
  ],
  calls: [
    {
      from: 'cart',
      to: 'pricing',
      toKind: 'service',
      fromKind: 'service',
      mode: 'sync',
      protocol: 'http',
      calls: 400,
      errors: 0,
      p50Ms: 5,
      p95Ms: 20,
    },
  ],
}

/** One run of init: the text afterwards, which must be a sound charter. */
async function added(text: string, system = bookshop): Promise<string> {
  const draft = draftCharter(text, proposals(system, await loadCharterText(text, file, { audits: [] })), file)
  await loadCharterText(draft.text, file, { audits: [] })
  return draft.text
}

/** `text` with lines left out: every line of `before` in its order. */
function keepsLines(text: string, before: string): boolean {
  const lines = text.split('\n')
  let at = -1
  return before.split('\n').every((line) => (at = lines.indexOf(line, at + 1)) >= 0)
}

describe('a first charter', () => {
  it('names what was seen, asks what was not, and loads', async () => {
    expect(await added(newCharterText('bookshop'))).toMatchSnapshot()
  })

  it('leaves out requests of too few traces, and rounds latencies upwards', () => {
    const found = proposals(bookshop, blankCharter('bookshop')).filter(({ section }) => section === 'requirements')
    expect(found.map(({ keys }) => [keys['request'], keys['p95']])).toEqual([['GET /cart', '260ms']])
  })

  it('quotes whatever evidence calls a thing', async () => {
    const names = ['yes', '"', '# no comment', 'a: b', '*', '1.0', '{id}', 'kärnten\u202e', "o'clock", '- list', '!tag']
    const [service] = bookshop.services
    const services = service ? names.map((name) => ({ ...service, name })) : []
    const text = await added(newCharterText('# shop: "a"'), { ...bookshop, services })
    const charter = await loadCharterText(text, file, { audits: [] })
    const places = charter.charterComponents.filter(({ kind, by }) => kind === 'service' && by === 'declaration')
    expect(places.map(({ place }) => place)).toEqual(names)
  })
})

describe('a charter that is there', () => {
  it.each([
    ['only a system', 'system: bookshop\n'],
    ['no newline at the end', 'system: bookshop\nservices:\n  till:'],
    [
      'comments everywhere',
      '# ours\nsystem: bookshop # yes\nservices:\n  till: # old\n    replicas: 2 # two\n    # of the till\n# before decisions\ndecisions:\n\n    # odd indentation\n    till-stays: { kind:   other,\n      title: "It  stays" }\n\n    # last of decisions\n# end\n',
    ],
    [
      'flow style',
      "system: bookshop\nstores: [ 'mysql://old/*' ] # stores\nservices: { till: {replicas: 2} }\ncaches: []\ndecisions: {}\n",
    ],
    ['empty sections', 'system: bookshop\nstores:\nservices: # none yet\ndecisions:\n\n# end\n'],
    ['lists without indentation', 'system: bookshop\nstores:\n- mysql://old/*\n# about old\nservices:\n  till:\n'],
    ['text blocks', 'system: bookshop\nrequirements:\n  old:\n    because: |\n      long\n      text\n'],
    ['document markers', '---\nsystem: bookshop\nstores:\n  - mysql://old/*\n...\n'],
    ['braces around all', '{ system: bookshop, services: { till: {} } }\n'],
    ['trailing commas', 'system: bookshop\nstores: [\n  "mysql://old/*", # old\n]\n'],
    ['anchors', 'system: bookshop\nstores: &all [ "mysql://old/*" ]\ncaches: *all\n'],
    ['windows lines', 'system: bookshop\r\nservices:\r\n  till: # old\r\n    replicas: 2\r\n'],
  ])('keeps what it says, and a second run adds nothing: %s', async (_, text) => {
    const once = await added(text)
    expect(once).not.toBe(text)
    for (const comment of text.match(/#.*$/gm) ?? []) expect(once).toContain(comment)
    if (!/[[{]/.test(text)) expect(keepsLines(once, text.replace(/\n$/, ''))).toBe(true)
    expect(await added(once)).toBe(once)
  })

  it('takes patterns, owners and decisions of any status as known', async () => {
    const text = `system: bookshop
requirements: { quick: { request: "GET *", p95: 1s } }
teams: { tills: { services: [cart, storefront] }, money: { services: [pricing] } }
services: { pricing: { owns: ["postgresql://pg-pricing/*"] } }
caches: ["redis://cache/product:{id}"]
destinations: ["orders.*"]
decisions:
  prices: { kind: store, target: "postgresql://pg-pricing", status: rejected }
  pages: { kind: cache, target: "redis://cache/product:{id}" }
  events: { kind: queue, target: "orders.*" }
`
    const charter = await loadCharterText(text, file, { audits: [] })
    const found = proposals(bookshop, charter)
    expect(found.map(({ section, keys }) => [section, keys['target']])).toEqual([['decisions', 'cart -> pricing']])
  })
})
