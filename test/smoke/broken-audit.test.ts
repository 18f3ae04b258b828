/** An audit that breaks is told as broken, fails no other audit, takes the score of its family, and ends with exit code 3. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, expect, it, vi } from 'vitest'
import { exitCodeOf } from '../../src/cli/gate.js'
import { runAudit } from '../../src/engine/run.js'
import type { AnyAudit } from '../../src/model/audit.js'
import { sketch, toOtlpJsonLines } from '../sketch.js'

vi.mock('../../src/audits/index.js', async (original) => {
  const { audits } = (await original()) as { audits: readonly AnyAudit[] }
  const broken = (audit: AnyAudit): AnyAudit => ({
    ...audit,
    audit() {
      throw new Error('the shelf fell over')
    },
  })
  return { audits: audits.map((audit) => (audit.id === 'chatty-pair' ? broken(audit) : audit)) }
})

const folder = mkdtempSync(join(tmpdir(), 'faultline-broken-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('is an outcome of its own and no pass', async () => {
  const shop = sketch('broken-bookshop').repeat(120, (trace) =>
    trace.server('storefront', 'GET /books', {}, (s) => s.work(20).call('prices', 'GET /prices', { ms: 9 })),
  )
  const path = join(folder, 'traces.jsonl')
  writeFileSync(path, toOtlpJsonLines(shop.spans))
  const report = await runAudit({ evidence: [path] })
  const broken = report.audits.filter((audit) => audit.outcome === 'error')
  expect(broken.map((audit) => [audit.id, audit.reason])).toEqual([
    ['chatty-pair', 'The audit itself broke: the shelf fell over'],
  ])
  expect(report.audits.filter((audit) => audit.outcome === 'pass').length).toBeGreaterThan(5)
  expect(report.families.find((family) => family.id === 'services')?.score).toBeNull()
  expect(exitCodeOf(report, 'never')).toBe(3)
})
