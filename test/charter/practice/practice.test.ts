/** What each kind of existing practice says of the bookshop, and that broken files become remarks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readBackstage } from '../../../src/charter/practice/backstage.js'
import { readCodeowners } from '../../../src/charter/practice/codeowners.js'
import { readOpenSlo } from '../../../src/charter/practice/openslo.js'
import { readPractice } from '../../../src/charter/practice/read-practice.js'

it('the last line of CODEOWNERS wins, and people are no teams', () => {
  const text =
    '* @shop/all\n/services/cart/ @shop/tills # ours\n/services/stock/ @anna\n/services/cart/ @shop/carts\n/services/*/x @shop/x\n'
  const { charterServiceOwners } = readCodeowners(text, 'CODEOWNERS')
  expect(charterServiceOwners?.map(({ service, team, line }) => [service, team, line])).toEqual([['cart', 'carts', 4]])
  expect(readCodeowners(`${text}* @shop/all\n`, 'CODEOWNERS').charterServiceOwners).toEqual([])
})

it('Backstage gives services, owners and sizes; a broken document is a remark', () => {
  const entity = (kind: string, name: string, spec: string): string =>
    `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`
  const text = [
    entity('Component', 'cart', '{ type: service, owner: "group:default/tills" }'),
    entity('Component', 'pages', '{ type: library, owner: tills }'),
    entity('Group', 'tills', '{ members: [anna, bela] }'),
    'a: [\n',
  ].join('---\n')
  const found = readBackstage(text, 'catalog-info.yaml')
  expect(found.charterServiceOwners).toMatchObject([{ service: 'cart', team: 'tills', line: 1 }])
  expect(found.charterTeams).toMatchObject([{ team: 'tills', size: 2 }])
  expect(found.remarks).toHaveLength(1)
})

it('OpenSLO gives latencies and errors, and a remark where the unit is unknown', () => {
  const slo = (name: string, indicator: string, objective: string): string =>
    `apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: ${name} }\nspec:\n  service: cart\n  indicator: { spec: ${indicator} }\n  objectives: [${objective}]\n`
  const text = [
    slo('quick', '{ thresholdMetric: { query: http_duration_seconds } }', '{ op: lt, value: 0.3, target: 0.95 }'),
    slo('sound', '{ ratioMetric: {} }', '{ target: 0.999 }'),
    slo('vague', '{ thresholdMetric: { query: duration } }', '{ op: lt, value: 3, target: 0.95 }'),
  ].join('---\n')
  const { charterRequirements, remarks } = readOpenSlo(text, 'slo.yaml')
  expect(charterRequirements?.map((row) => [row.metric, row.comparator, row.value])).toEqual([
    ['p95', '<', 300],
    ['errors', '<=', 0.001],
  ])
  expect(remarks).toHaveLength(1)
})

it('a folder is read from the usual places, and not at all when told so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = {
    '.github/CODEOWNERS': '/apps/cart/ @shop/tills\n',
    'docs/adr/0001-a.md': '# A\n\nStatus: accepted\n',
    'docs/adr/0002-b.md': '\0',
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const found = await readPractice(folder, undefined)
  expect(found.charterServiceOwners).toMatchObject([{ service: 'cart', file: '.github/CODEOWNERS' }])
  expect(found.charterDecisions).toMatchObject([{ decision: '0001-a', adr: 'docs/adr/0001-a.md' }])
  expect(found.remarks).toMatchObject([{ file: 'docs/adr/0002-b.md' }])
  expect(await readPractice(folder, false)).toEqual({})
})
