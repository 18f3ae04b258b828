/** The charter beside the evidence in every format: verdicts, holes in both directions, bounds, and names that attack. */
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/lib/text.js'
import type { CharterReport, Report } from '../../src/model/report.js'
import { htmlReporter } from '../../src/report/reporters/html.js'
import { markdownReporter } from '../../src/report/reporters/markdown.js'
import { terminalReporter } from '../../src/report/reporters/terminal.js'
import { charterSchema } from '../../src/report/charter-report-schema.js'
import { targetText } from '../../src/report/traceability/charter-text.js'
import { charterView } from '../../src/report/traceability/charter-view.js'
import { chartered, exampleCharter } from './example-charter.js'
import { exampleReport } from './example-report.js'
import { acting, attacks, hostileReport } from './hostile-report.js'

const options = { columns: 80, colour: false }
const page = (report: Report): string => terminalReporter.render(report, options)
const comment = (report: Report): string => markdownReporter.render(report, options)
const html = (report: Report): string => htmlReporter.render(report, options)

/** The part of the terminal's page between its own heading and the next. */
function sectionOf(text: string): string {
  const [, after = ''] = text.split(/\nCharter\n─+\n/)
  return after.split(/\n\n[^\n]+\n─+\n/)[0] ?? ''
}

/** Every text of the charter is an attack, and ids still name each other. */
function hostileCharter(): CharterReport {
  const charter = exampleCharter()
  const names = new Map<string, string>()
  const attackFor = (name: string): string => {
    const known = names.get(name)
    if (known !== undefined) return known
    const attack = `${attacks[names.size % attacks.length] ?? ''}${names.size}`
    names.set(name, attack)
    return attack
  }
  const all = (list: string[]) => list.map(attackFor)
  return {
    system: attackFor('system'),
    files: all(charter.files),
    asOf: attackFor('asOf'),
    requirements: charter.requirements.map((each) => ({
      ...each,
      id: attackFor(each.id),
      scope: attackFor(`scope ${each.id}`),
      because: attackFor(`because ${each.id}`),
      origin: attackFor(`origin ${each.id}`),
      decisions: all(each.decisions),
    })),
    decisions: charter.decisions.map((each) => ({
      ...each,
      id: attackFor(each.id),
      title: attackFor(`title ${each.id}`),
      target: attackFor(`target ${each.id}`),
      date: attackFor(`date ${each.id}`),
      origin: attackFor(`origin ${each.id}`),
      links: each.links.map((link) => ({ ...link, target: attackFor(link.target) })),
      because: all(each.because),
      unknown: all(each.unknown),
      expectations: all(each.expectations),
    })),
    holes: {
      requirementsWithoutDecision: all(charter.holes.requirementsWithoutDecision),
      decisionsWithoutRequirement: all(charter.holes.decisionsWithoutRequirement),
      undeclared: charter.holes.undeclared,
    },
    remarks: attacks.map((attack) => ({ origin: attack, message: attack })),
  }
}

/** A charter of hundreds, each requirement served by dozens. */
function largeCharter(): CharterReport {
  const charter = exampleCharter()
  const [requirement] = charter.requirements
  const [decision] = charter.decisions
  if (requirement === undefined || decision === undefined) throw new Error('the example charter is empty')
  const ids = (word: string) => Array.from({ length: 400 }, (_, number) => `${word}-${number}`)
  return {
    ...charter,
    requirements: ids('shelf').map((id) => ({ ...requirement, id, decisions: ids('order').slice(0, 40) })),
    decisions: ids('order').map((id) => ({ ...decision, id, unknown: ids('wish').slice(0, 5) })),
    holes: {
      requirementsWithoutDecision: ids('shelf'),
      decisionsWithoutRequirement: ids('order'),
      undeclared: ids('fingerprint'),
    },
    remarks: ids('remark').map((origin) => ({ origin, message: 'It names nothing.' })),
  }
}

describe('the view of the charter', () => {
  it('puts the worst first and keeps the order of the files otherwise', () => {
    const view = charterView(exampleCharter(), chartered())
    expect(view.chains.map(({ requirement }) => requirement.id)).toEqual([
      'fast-checkout',
      'friendly-shop',
      'sale-peak',
      'orders-in-order',
      'fast-pages',
      'short-chains',
      'warm-cache',
    ])
    expect(view.chains[0]?.decisions.map(({ id }) => id)).toEqual([
      'parcels-by-events',
      'checkout-apart',
      'prices-without-postage',
    ])
  })

  it('counts components whose findings are not in the report', () => {
    const charter = exampleCharter()
    charter.holes.undeclared.push('0000000000000000')
    const { undeclared, undeclaredCount } = charterView(charter, chartered())
    expect([undeclared.length, undeclaredCount]).toEqual([2, 3])
    expect(page(chartered(charter))).toContain('and 1 more component')
  })

  it('finds nothing by names that every object has', () => {
    const charter = exampleCharter()
    charter.requirements = charter.requirements.map((each) => ({ ...each, decisions: ['constructor', '__proto__'] }))
    expect(charterView(charter, chartered()).chains.flatMap(({ decisions }) => decisions)).toEqual([])
  })

  it.each([
    ['p95', '<=', 300, 'ms', 'p95 ≤ 300 ms'],
    ['errors', '<', 0.0005, 'ratio', 'errors < 0.05 %'],
    ['hitRatio', '>=', 0.9995, 'ratio', 'hit ratio ≥ 99.95 %'],
    ['hitRatio', '>', 0.57, 'ratio', 'hit ratio > 57 %'],
    ['rate', '>=', 2_000, 'calls/s', 'rate ≥ 2,000 calls/s'],
    ['hops', '<=', 4, 'hops', 'hops ≤ 4'],
    ['staleness', '<=', 60_000, 'ms', 'staleness ≤ 60 s'],
    ['ordered', '>=', 1, 'count', 'in order'],
    ['errors', '<=', Number.NaN, 'ratio', 'errors ≤ unknown'],
  ] as const)('prints a target of %s as people write it', (metric, comparator, value, unit, text) => {
    expect(targetText({ metric, comparator, value, unit })).toBe(text)
  })

  it('is made of a valid charter', () => {
    expect(charterSchema.safeParse(exampleCharter()).error).toBeUndefined()
  })
})

describe('the charter in the terminal', () => {
  it('reads as verdicts and holes', async () => {
    await expect(sectionOf(page(chartered()))).toMatchFileSnapshot('golden/charter.txt')
  })

  it.each([60, 80, 110])('fits %i columns', (columns) => {
    for (const charter of [exampleCharter(), hostileCharter(), largeCharter()]) {
      const lines = terminalReporter.render(chartered(charter), { columns, colour: false }).split('\n')
      expect(lines.filter((line) => columnsOf(line) > columns)).toEqual([])
    }
  })

  it('is bounded and says what it leaves out', () => {
    const section = sectionOf(page(chartered(largeCharter())))
    expect(section.split('\n').length).toBeLessThan(250)
    expect(section).toContain('and 380 more requirements')
    expect(section).toContain('and 388 more')
    expect(section).toContain('and 400 more components')
  })
})

describe('the charter in a pull request', () => {
  it('is folded, and its summary says the verdict', async () => {
    const [part = ''] = /<details>\n<summary>Charter, .*?<\/details>/s.exec(comment(chartered())) ?? []
    await expect(`${part}\n`).toMatchFileSnapshot('golden/charter.md')
  })

  it('fits a comment', () => {
    for (const charter of [hostileCharter(), largeCharter()]) {
      for (const report of [exampleReport(), hostileReport()]) {
        expect(comment(chartered(charter, report)).length).toBeLessThan(65_536)
      }
    }
  })
})

describe('the charter on the page', () => {
  it('is linked from the top', () => {
    const text = html(chartered())
    expect(text).toContain('<a href="#charter">Charter</a>')
    expect(text).toContain('<h2 id="charter">Charter</h2>')
  })

  it('says holes of both directions in words', () => {
    const text = html(chartered()).replaceAll('\u202f', ' ')
    expect(text.match(/no decision serves this requirement/g)).toHaveLength(2)
    expect(text).toContain('no requirement in force asks for these decisions')
    expect(text).toContain('1 decision names no requirement')
    expect(text).toContain('2 components that no requirement and no decision names')
    expect(text).toContain('and there is no such requirement')
  })

  it('links findings to cards that are there', () => {
    const text = html(chartered())
    const links = [...text.matchAll(/href="#(finding-c0ffee[^"]*)"/g)].map((match) => match[1])
    expect(new Set(links).size).toBe(5)
    for (const anchor of links) expect(text).toContain(`id="${anchor}"`)
  })

  it('tells a decision in full once', () => {
    const text = html(chartered())
    expect(text.match(/A price is told without asking/g)).toHaveLength(1)
    expect(text.match(/told above/g)).toHaveLength(3)
  })

  it('counts what it leaves out', () => {
    const text = html(chartered(largeCharter())).replaceAll('\u202f', ' ')
    expect(text).toContain('320 more requirements only in the JSON report')
    expect(text).toContain('and 32 more decisions')
    expect(text).toContain('and 2 more names that no requirement has')
    expect(text).toContain('and 400 more components')
  })

  it('stays bounded', () => {
    const added = html(chartered(largeCharter())).length - html(chartered()).length
    expect(added).toBeLessThan(1_000_000)
  })
})

describe('a hostile charter', () => {
  it('does not act in any format', () => {
    const report = chartered(hostileCharter())
    expect(page(report)).not.toMatch(acting)
    expect(comment(report)).not.toMatch(acting)
    const text = html(report)
    expect(acting.test(text.replaceAll('\u202f', ' '))).toBe(false)
    expect(text.includes('<script>alert(1)')).toBe(false)
    expect(text.includes('<img')).toBe(false)
    expect(text.length).toBeLessThan(1_000_000)
  })

  it('is no markup in a pull request', () => {
    const text = comment(chartered(hostileCharter()))
    const tags = new Set([...text.matchAll(/<\/?([a-z]+)/gi)].map((match) => match[1]))
    expect([...tags].toSorted()).toEqual(['b', 'code', 'details', 'sub', 'summary'])
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0)
    expect(text).not.toMatch(/\]\(/)
    expect(text).not.toContain('://')
    for (const table of text.split('\n\n').filter((part) => part.startsWith('|'))) {
      expect(new Set(table.split('\n').map((row) => row.split('|').length)).size).toBe(1)
    }
    expect(text.replace(/<code>.*?<\/code>/g, '')).not.toMatch(/@\w|(?<!&)#\d|GH-\d|:\w+:/)
  })
})

describe('a report without a charter', () => {
  it('does not speak of one', () => {
    expect(sectionOf(page(exampleReport()))).toBe('')
    expect(comment(exampleReport())).not.toContain('Charter')
    expect(html(exampleReport())).not.toContain('#charter')
  })

  it('is told of an empty one', () => {
    const empty: CharterReport = {
      system: '',
      files: ['faultline.yaml'],
      asOf: '',
      requirements: [],
      decisions: [],
      holes: { requirementsWithoutDecision: [], decisionsWithoutRequirement: [], undeclared: [] },
      remarks: [],
    }
    expect(sectionOf(page(chartered(empty)))).toContain('0 requirements')
    expect(html(chartered(empty))).toContain('No holes in either direction')
  })
})
