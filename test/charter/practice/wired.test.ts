/** Existing practice beside a charter becomes part of it, unless the charter says otherwise. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadCharter } from '../../../src/charter/load.js'

function bookshop(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-practice-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const adr =
  '# 1. Keep book pages in a cache\n\nDate: 2026-03-01\n\n## Status\n\nAccepted\n\n## Context\n\nPages are slow.\n'
const owners = '/services/payments/ @bookshop/till\n'

it('reads decision records and owners from their usual places', async () => {
  const folder = bookshop({
    'faultline.yaml': 'system: bookshop\nservices: { cart: { owner: front } }\n',
    'docs/adr/0001-keep-book-pages-in-a-cache.md': adr,
    CODEOWNERS: owners,
  })
  const charter = await loadCharter(join(folder, 'faultline.yaml'), { audits: [] })
  expect(charter.charterDecisions.map(({ title, status, practice }) => [title, status, practice])).toEqual([
    [expect.stringContaining('Keep book pages in a cache'), 'accepted', 'adr'],
  ])
  expect(charter.charterServiceOwners.map(({ service, practice }) => [service, practice])).toEqual([
    ['cart', 'charter'],
    ['payments', 'codeowners'],
  ])
})

it('reads none when the charter says so', async () => {
  const folder = bookshop({ 'faultline.yaml': 'system: bookshop\npractice: false\n', CODEOWNERS: owners })
  const charter = await loadCharter(join(folder, 'faultline.yaml'), { audits: [] })
  expect(charter.charterServiceOwners).toEqual([])
})

it('turns what it cannot read into a remark', async () => {
  const folder = bookshop({
    'faultline.yaml': 'system: bookshop\n',
    'catalog-info.yaml': 'kind: Component\n\tmetadata: [\n',
  })
  const charter = await loadCharter(join(folder, 'faultline.yaml'), { audits: [] })
  expect(charter.remarks.map(({ file }) => file)).toEqual(['catalog-info.yaml'])
})
