/** Decision records in the forms in which they are found: adr-tools, MADR 2 and MADR 4; good ones, templates and odd ones. */
import { describe, expect, it } from 'vitest'
import { readAdr } from '../../../src/charter/practice/adr.js'

const file = 'docs/adr/0007-cache-pages.md'

function read(text: string) {
  const { charterDecisions = [], remarks = [] } = readAdr(text, file)
  const [row] = charterDecisions
  if (!row) throw new Error('no decision')
  return {
    ...row,
    links: row.links.map(({ kind, target, line }) => `${line} ${kind} ${target}`),
    remarks: remarks.map(({ line, message }) => `${line} ${message}`),
  }
}

describe('adr-tools', () => {
  it('has a date below the title, and links below the status', () => {
    const text = `# 7. Cache pages

Date: 2026-03-01

## Status

Accepted

Supersedes [3. One database](0003-one-database.md)

Amends [4. Keys](0004-keys.md#names)

Clarified by [11. How long](0011-how-long.md)

## Context

Unlike [2. Ask always](0002-ask-always.md), this is quick.
`
    expect(read(text)).toMatchObject({
      decision: '0007-cache-pages',
      title: 'Cache pages',
      status: 'accepted',
      date: '2026-03-01',
      links: [
        '9 supersedes docs/adr/0003-one-database.md',
        '11 amends docs/adr/0004-keys.md',
        '13 clarified-by docs/adr/0011-how-long.md',
      ],
      remarks: [],
    })
  })

  it('puts what took its place below the status, or before it', () => {
    const superseded = '# 7. Cache pages\n\n## Status\n\nAccepted\n\nSuperceded by [9. Other](0009-other.md)\n'
    expect(read(superseded)).toMatchObject({ status: 'superseded', links: ['7 superseded-by docs/adr/0009-other.md'] })
    const first = '# 7. Cache pages\n\n## Status\n\nSupersedes [3. One](0003-one.md)\n\nAccepted\n'
    expect(read(first)).toMatchObject({ status: 'accepted', links: ['5 supersedes docs/adr/0003-one.md'], remarks: [] })
  })
})

describe('MADR', () => {
  it('2 has a list below the title, and a section of links', () => {
    const text = `# Cache pages

* Status: superseded by [ADR-0009](0009-other.md)
* Date: 2026-03-01 <!-- optional -->

## Links

* Refines [ADR-0005](../adr/0005-keys.md) and [ADR-0006](./0006-values.md)
* Supersedes [One database](0003-one-database.md), not superseded by [ADR-0004](0004-keys.md)
* [The manual](https://redis.io/docs/0001-start.md), [pictures](pictures.md), [template](template.md)
`
    expect(read(text)).toMatchObject({
      status: 'superseded',
      date: '2026-03-01',
      links: [
        '3 superseded-by docs/adr/0009-other.md',
        '8 clarifies docs/adr/0005-keys.md',
        '8 clarifies docs/adr/0006-values.md',
        '9 supersedes docs/adr/0003-one-database.md',
        '9 relates-to docs/adr/0004-keys.md',
      ],
      remarks: [],
    })
  })

  it('4 has front matter, drivers, and more information', () => {
    const text = `---
status: "superseded by ADR-0123"
date: 2026-03-01
---
# Cache pages

## Decision Drivers

* fast-checkout
* \`fresh-prices\` on sale days

## More Information

This extends ADR-0003. See also [How long](0011-how-long.md) for times.

### Later

It was amended by [ADR 12](0012-later.md).
`
    expect(read(text)).toMatchObject({
      status: 'superseded',
      date: '2026-03-01',
      line: 5,
      because: ['fast-checkout', 'fresh-prices'],
      links: [
        '1 superseded-by #123',
        '14 amends #3',
        '14 relates-to docs/adr/0011-how-long.md',
        '18 amended-by docs/adr/0012-later.md',
      ],
      remarks: [],
    })
  })

  it('may name others in the front matter', () => {
    const text =
      '---\nstatus: accepted\nsupersedes: 3\namended-by: [ADR-9, 0011-how-long.md]\nrelated:\n---\n# Cache pages\n'
    expect(read(text).links).toEqual(['1 supersedes #3', '1 amended-by #9', '1 amended-by docs/adr/0011-how-long.md'])
  })
})

describe('odd records', () => {
  it.each([
    [
      'Status: maybe',
      '1 Expected a status (proposed, accepted, rejected, deprecated, superseded), found "maybe": read as proposed.',
    ],
    [
      'No status.',
      '1 Expected a status (proposed, accepted, rejected, deprecated, superseded), found none: read as proposed.',
    ],
    [
      'Status: accepted\nDate: 12 May 2026',
      '4 Expected a date such as 2027-03-01, found "12 May 2026". The record is read without one.',
    ],
    [
      'Status: accepted\nDate: 2026-02-30',
      '4 Expected a day of the calendar, found "2026-02-30". The record is read without one.',
    ],
  ])('are a remark: %s', (text, remark) => {
    const { remarks, date } = read(`# Cache pages\n\n${text}\n`)
    expect(remarks).toEqual([remark])
    expect(date).toBe('')
  })

  it('that are a template say nothing', () => {
    const text = `---
status: "{proposed | rejected | accepted | deprecated | … | superseded by ADR-0123}"
date: {YYYY-MM-DD when the decision was last updated}
---
# Cache pages

<!-- Superseded by [ADR-0005](0005-example.md)
-->

## More Information

\`\`\`
Supersedes [ADR-0005](0005-example.md)
\`\`\`
`
    expect(read(text)).toMatchObject({ status: 'proposed', date: '', links: [] })
  })

  it('without a title are no decision', () => {
    expect(readAdr('Status: accepted\n', file)).toEqual({
      remarks: [{ file, line: 1, column: 1, message: 'Expected a title such as "# Cache product pages".' }],
    })
  })

  it('of hostile text are read in no time', () => {
    const text = `# Cache\n\n## Status\n\n${'['.repeat(500_000)}\n${'<!--'.repeat(200_000)}\n${'ADR-'.repeat(200_000)}\n`
    expect(read(text)).toMatchObject({ links: [], status: 'proposed' })
    const many = `# Cache\n\n## Links\n\n${Array.from({ length: 5000 }, (_, index) => `* [a](${index}-a.md)`).join('\n')}\n`
    expect(read(many).links).toHaveLength(50)
  })
})
