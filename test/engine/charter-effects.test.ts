/** What a charter does to an audit: limits for everywhere or for some places, waivers, and the line from requirement to verdict. */
import { blankCharterRows } from '../../src/model/charter.js'
import { describe, expect, it } from 'vitest'
import { runOneAudit } from '../../src/engine/auditor.js'
import { auditLimits } from '../../src/engine/limits.js'
import { traceability } from '../../src/engine/traceability.js'
import { charterRows } from '../../src/engine/charter-rows.js'
import { applyWaivers } from '../../src/engine/waivers.js'
import { audits } from '../../src/audits/index.js'
import { loadCharterText } from '../../src/charter/load.js'
import type { Finding } from '../../src/model/finding.js'
import { blankRows } from '../../src/survey/rows.js'

const charterOf = (text: string) => loadCharterText(text, 'faultline.yaml', { audits })

const chattyPair = audits.find(({ id }) => id === 'chatty-pair')
if (!chattyPair) throw new Error('chatty-pair is gone')

/** Twenty calls for one request, from each of two services. */
const chattyRows = {
  pairs: ['cart', 'mailer'].map((caller) => ({
    ...blankRows.pairs,
    caller,
    callee: 'pricing',
    requests: 200,
    calls: 4_000,
    p50Calls: 20,
    p95Calls: 20,
    maxCalls: 20,
    traceIds: ['a1'],
  })),
  overview: [{ ...blankRows.overview, traces: 200, clientSpans: 4_000, serverSpans: 4_000 }],
}

async function chattyCallers(text: string): Promise<(string | undefined)[]> {
  const charter = await charterOf(text)
  const report = runOneAudit(chattyPair as never, chattyRows, auditLimits('chatty-pair', charter.limits))
  return report.findings.map(({ where }) => where.service).sort()
}

describe('limits of a charter', () => {
  it('speaks of both without one', async () => {
    expect(await chattyCallers('system: bookshop\n')).toEqual(['cart', 'mailer'])
  })
  it('hold everywhere', async () => {
    expect(await chattyCallers('system: bookshop\nlimits: { chatty-pair: { callsPerRequest: 21 } }\n')).toEqual([])
  })
  it('hold for the services that they name only', async () => {
    const text =
      'system: bookshop\nservices: { mailer: { kind: worker } }\nlimits: { chatty-pair: { callsPerRequest: 30, for: { kind: worker } } }\n'
    expect(await chattyCallers(text)).toEqual(['cart'])
  })
})

const finding: Finding = {
  fingerprint: 'f1',
  severity: 'warning',
  message: 'Two services use one database.',
  where: { store: 'postgresql://pg-main:5432/shop', path: ['orders', 'stock'] },
  measured: { value: 2, unit: 'services' },
  limit: { value: 2, unit: 'services' },
  proof: { traceIds: [], spanIds: [], samples: 40 },
}

describe('waivers', () => {
  const waiver = (where: string, until = '2027-06-30') =>
    charterOf(
      `system: bookshop\nwaivers: [ { audit: shared-database, where: ${where}, because: "split planned", until: ${until} } ]\n`,
    )
  it('waive until their day, that day included', async () => {
    const { charterWaivers } = await waiver('{ store: "postgresql://pg-main/shop" }')
    expect(applyWaivers('shared-database', finding, charterWaivers, '2027-06-30').waived).toEqual({
      because: 'split planned',
      until: '2027-06-30',
    })
    expect(applyWaivers('shared-database', finding, charterWaivers, '2027-07-01').waived).toBeUndefined()
  })
  it('waive one audit and one place only', async () => {
    const here = await waiver('{ store: "postgresql://pg-main/shop" }')
    expect(applyWaivers('shared-table', finding, here.charterWaivers, '2027-01-01').waived).toBeUndefined()
    const elsewhere = await waiver('{ store: "postgresql://pg-main/ledger" }')
    expect(applyWaivers('shared-database', finding, elsewhere.charterWaivers, '2027-01-01').waived).toBeUndefined()
  })
})

describe('traceability', () => {
  it('shows holes in both directions', async () => {
    const charter = await charterOf(`system: bookshop
requirements:
  fast-checkout: { request: "POST /checkout", p95: 300ms }
  lonely: { request: "GET /", p95: 300ms }
decisions:
  cache-pages: { kind: cache, target: "redis://cache/page:{id}", because: [fast-checkout] }
  because-we-can: { kind: queue, target: "orders.*", because: [fashion] }
`)
    const traced = traceability(charter, charterRows(charter, '2026-11-24', []), [])
    expect(traced.holes).toEqual({
      requirementsWithoutDecision: ['lonely'],
      decisionsWithoutRequirement: ['because-we-can'],
      undeclared: [],
    })
    expect(traced.requirements.map(({ id, decisions, verdict }) => [id, decisions, verdict])).toEqual([
      ['fast-checkout', ['cache-pages'], 'unproven'],
      ['lonely', [], 'unproven'],
    ])
    expect(traced.decisions.map(({ id, unknown, verdict }) => [id, unknown, verdict])).toEqual([
      ['cache-pages', [], 'untested'],
      ['because-we-can', ['fashion'], 'untested'],
    ])
  })
})

describe('folders that may be services', () => {
  const owners = async (seen: string[]) => {
    const charter = await charterOf('system: bookshop\nservices: { cart: { replicas: 2 } }\n')
    const owner = { ...blankCharterRows.charterServiceOwners, practice: 'codeowners', guess: true }
    charter.charterServiceOwners = [
      { ...owner, service: 'cart', team: 'tills' },
      { ...owner, service: 'stock', team: 'shelves' },
    ]
    charter.charterTeams = ['tills', 'shelves'].map((team) => ({
      ...blankCharterRows.charterTeams,
      team,
      practice: 'codeowners',
    }))
    const rows = charterRows(charter, '2026-11-24', seen)
    return [rows.charterServiceOwners.map(({ service }) => service), rows.charterTeams.map(({ team }) => team)]
  }

  it('are, once a service of that name is declared or seen', async () => {
    expect(await owners([])).toEqual([['cart'], ['tills']])
    expect(await owners(['stock'])).toEqual([
      ['cart', 'stock'],
      ['tills', 'shelves'],
    ])
  })
})
