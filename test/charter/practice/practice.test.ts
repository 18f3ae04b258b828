/** What each kind of existing practice says of the bookshop, and that broken files become remarks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readCodeowners } from '../../../src/charter/practice/codeowners.js'
import { readPractice } from '../../../src/charter/practice/read-practice.js'

it('the last line of CODEOWNERS wins, and people are no teams', () => {
  const text =
    '* @shop/all\n/services/cart/ @shop/tills # ours\n/services/stock/ @anna\n/services/cart/ @shop/carts\n/services/*/x @shop/x\n'
  const { charterServiceOwners } = readCodeowners(text, 'CODEOWNERS')
  expect(charterServiceOwners?.map(({ service, team, line }) => [service, team, line])).toEqual([['cart', 'carts', 4]])
  expect(readCodeowners(`${text}* @shop/all\n`, 'CODEOWNERS').charterServiceOwners).toEqual([])
})

it('a folder below src is a guess, unless a folder of services has the name', () => {
  const text = '/src/cart/ @shop/tills\n/src/tools/ @shop/tools\n/services/cart/ @shop/carts\n'
  const { charterServiceOwners, remarks } = readCodeowners(text, 'CODEOWNERS')
  expect(charterServiceOwners?.map(({ service, team, guess }) => [service, team, guess])).toEqual([
    ['tools', 'tools', true],
    ['cart', 'carts', false],
  ])
  expect(remarks).toEqual([])
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
