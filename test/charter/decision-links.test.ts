/** Decisions that name each other: what becomes of the older ones, and which links and dates cannot be right. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadCharter } from '../../src/charter/load.js'

async function load(charter: string, records: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-links-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = { 'faultline.yaml': `system: bookshop\n${charter}`, ...records }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const { charterDecisions, remarks } = await loadCharter(join(folder, 'faultline.yaml'), { audits: [] })
  return {
    decisions: Object.fromEntries(
      charterDecisions.map(({ decision, status, date, links }) => [
        decision,
        [status, date, ...links.map(({ kind, target, known }) => `${kind} ${target}${known ? '' : '?'}`)].filter(
          (text) => text !== '',
        ),
      ]),
    ),
    remarks: remarks.map(
      ({ file, line, message }) => `${file.replace(folder, '').replace(/^\//, '')}:${line} ${message}`,
    ),
  }
}

const record = (status: string, date = ''): string =>
  `# A title\n${date === '' ? '' : `\nDate: ${date}\n`}\n## Status\n\n${status}\n`

it('a chain of records leaves the last one in force, told at both ends', async () => {
  const { decisions, remarks } = await load('', {
    'docs/adr/0001-one-database.md': record('Accepted', '2025-01-01'),
    'docs/adr/0002-two-databases.md': record('Accepted\n\nSupersedes [1. One](0001-one-database.md)', '2025-06-01'),
    'docs/adr/0003-four-databases.md': record('Accepted\n\nSupersedes ADR-0002', '2026-01-01'),
    'docs/adr/0004-none.md': record('Proposed\n\nSupersedes [3. Four](0003-four-databases.md)'),
  })
  expect(decisions).toEqual({
    '0001-one-database': ['superseded', '2025-01-01', 'superseded-by 0002-two-databases'],
    '0002-two-databases': [
      'superseded',
      '2025-06-01',
      'supersedes 0001-one-database',
      'superseded-by 0003-four-databases',
    ],
    '0003-four-databases': ['accepted', '2026-01-01', 'supersedes 0002-two-databases', 'superseded-by 0004-none'],
    '0004-none': ['proposed', 'supersedes 0003-four-databases'],
  })
  expect(remarks).toEqual([])
})

it('a link to nothing is a remark, and so are two records of one number, and a record that links to itself', async () => {
  const { decisions, remarks } = await load('decisions: { quick: { supersedes: [slow] } }', {
    'docs/adr/0001-a.md': record('Accepted\n\nSupersedes [9. Gone](0009-gone.md)\n\nAmends ADR-0002'),
    'docs/adr/0002-b.md': record('Accepted\n\nClarifies ADR-2\n\nRelates to [elsewhere](../rfc/0001-c.md)'),
    'docs/adr/0002-c.md': record('Accepted\n\nRelates to [itself](0002-c.md)'),
  })
  expect(decisions).toEqual({
    quick: ['accepted', 'supersedes slow?'],
    '0001-a': ['accepted', 'supersedes 0009-gone?', 'amends 2?'],
    '0002-b': ['accepted', 'clarifies 2?'],
    '0002-c': ['accepted'],
  })
  expect(remarks).toEqual([
    'faultline.yaml:2 There is no decision "slow" to link to. Correct the name, or delete the link.',
    'docs/adr/0001-a.md:7 There is no decision "0009-gone" to link to. Correct the name, or delete the link.',
    'docs/adr/0001-a.md:9 Two decision records have the number 2: link to the file of the one that is meant.',
    'docs/adr/0002-b.md:7 Two decision records have the number 2: link to the file of the one that is meant.',
    'docs/adr/0002-c.md:7 A decision cannot be linked to itself: the link is passed over.',
  ])
})

it('decisions that supersede each other stay as they are', async () => {
  const { decisions, remarks } = await load('', {
    'docs/adr/0001-a.md': record('Accepted\n\nSupersedes ADR-2'),
    'docs/adr/0002-b.md': record('Accepted\n\nSupersedes ADR-1'),
  })
  expect(Object.values(decisions).map(([status]) => status)).toEqual(['accepted', 'accepted'])
  expect(remarks).toEqual([
    'docs/adr/0001-a.md:7 The decisions "0001-a", "0002-b" supersede each other: none of them is taken out by it.',
  ])
})

it('a decision of the charter takes day, links and end from its record, unless the charter says otherwise', async () => {
  const records = {
    'docs/adr/0001-a.md': record('Accepted\n\nSuperseded by [2. B](0002-b.md)', '2026-03-01'),
    'docs/adr/0002-b.md': record('Accepted', '2026-04-01'),
  }
  const told = await load('decisions: { cache-pages: { adr: ./docs/adr/0001-a.md, reviewBy: 2026-02-01 } }', records)
  expect(told.decisions).toEqual({
    'cache-pages': ['superseded', '2026-03-01', 'superseded-by 0002-b'],
    '0002-b': ['accepted', '2026-04-01', 'supersedes cache-pages'],
  })
  expect(told.remarks).toEqual([
    'faultline.yaml:2 The decision "cache-pages" of 2026-03-01 was to be reviewed by 2026-02-01, which is before it was taken.',
  ])
  const stated = await load('decisions: { cache-pages: { adr: docs/adr/0001-a.md, status: accepted } }', records)
  expect(stated.decisions['cache-pages']?.[0]).toBe('accepted')
  expect(stated.remarks[0]).toBe(
    'faultline.yaml:2 The decision "cache-pages" is accepted in the charter and superseded in its record: the charter holds. Let both say the same.',
  )
})

it('a decision that is older than what it supersedes is a remark', async () => {
  const { remarks } = await load(
    'decisions: { new: { date: 2025-01-01, supersedes: [old] }, old: { date: 2026-01-01 } }',
  )
  expect(remarks).toEqual([
    'faultline.yaml:2 The decision "new" of 2025-01-01 supersedes "old" of 2026-01-01, which is younger: look at the dates, or at the direction of the link.',
  ])
})
