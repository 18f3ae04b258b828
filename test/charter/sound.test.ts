/** The sound charter uses the whole syntax: its rows are compared one by one. Small texts show what else is accepted. */
import { describe, expect, it } from 'vitest'
import { loadCharter, loadCharterText } from '../../src/charter/load.js'
import { mergeCharter } from '../../src/charter/merge.js'
import { blankCharterRows } from '../../src/model/charter.js'
import { knownAudits } from './known-audits.js'

const options = { audits: knownAudits }

describe('a sound charter', () => {
  it('becomes these rows', async () => {
    const charter = await loadCharter('samples/charter/sound/faultline.yaml', options)
    expect(charter.files).toEqual(['samples/charter/sound/faultline.yaml', 'samples/charter/sound/teams/payments.yaml'])
    const lines = Object.entries(charter).flatMap(([name, rows]) =>
      Array.isArray(rows)
        ? [`${name}:`, ...rows.map((row) => `  ${JSON.stringify(row)}`)]
        : [`${name}: ${JSON.stringify(rows)}`],
    )
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/sound.txt')
  })

  it('may begin with a byte order mark, leave sections empty, and have names like those of every object', async () => {
    const charter = await loadCharterText(
      '\uFEFFsystem: bookshop\nrequirements:\nteams:\nservices:\n  constructor: { replicas: 2 }\n  toString:\naliases: { hosts: { constructor: pg } }\n',
      'faultline.yaml',
      options,
    )
    expect(charter.charterComponents.map(({ place, line }) => [place, line])).toEqual([
      ['constructor', 5],
      ['toString', 6],
    ])
    expect(Object.entries(charter.hosts)).toEqual([['constructor', 'pg']])
    expect(Object.getPrototypeOf(charter.hosts)).toBe(null)
  })

  it('reads values in every unit', async () => {
    const value = async (metric: string, text: string): Promise<unknown> => {
      const charter = await loadCharterText(
        `system: b\nrequirements: { r: { ${metric}: "${text}" } }`,
        'f.yaml',
        options,
      )
      return charter.charterRequirements.map((row) => `${row.comparator} ${row.value} ${row.unit}`)[0]
    }
    expect(await value('p95', '1.1s')).toBe('<= 1100 ms')
    expect(await value('staleness', '> 2 h')).toBe('> 7200000 ms')
    expect(await value('errors', '0.1%')).toBe('<= 0.001 ratio')
    expect(await value('hitRatio', '99.9%')).toBe('>= 0.999 ratio')
    expect(await value('rate', '90/min')).toBe('>= 1.5 calls/s')
    expect(await value('callsPerRequest', '≤ 20')).toBe('<= 20 calls/request')
  })

  it('takes a limit that is a factor, and limits of several scopes', async () => {
    const charter = await loadCharterText(
      'system: b\nlimits: { over-built: [ { factor: 20, share: 90% }, { factor: 5, for: { services: [cart, "pay*"] } } ] }',
      'f.yaml',
      options,
    )
    expect(charter.limits.map(({ limit, value, services }) => [limit, value, services])).toEqual([
      ['factor', 20, []],
      ['share', 0.9, []],
      ['factor', 5, ['cart', 'pay*']],
    ])
  })
})

describe('existing practice', () => {
  it('adds to the charter, which wins where both speak', async () => {
    const base = await loadCharterText(
      'system: b\ndecisions: { cache-pages: { adr: docs/adr/7.md } }\nteams: { pay: { size: 7, services: [ledger] } }\nrequirements: { fast: { p95: 1s } }',
      'f.yaml',
      options,
    )
    const decision = { ...blankCharterRows.charterDecisions, practice: 'adr' }
    const requirement = { ...blankCharterRows.charterRequirements, practice: 'openslo' }
    const owner = { ...blankCharterRows.charterServiceOwners, practice: 'codeowners' }
    const merged = mergeCharter(base, {
      charterDecisions: [
        { ...decision, decision: '0007-cache', adr: './docs/adr/7.md' },
        { ...decision, decision: '0008-queue', adr: 'docs/adr/8.md' },
      ],
      charterRequirements: [
        { ...requirement, requirement: 'fast' },
        { ...requirement, requirement: 'slo', metric: 'p95' },
        { ...requirement, requirement: 'slo', metric: 'errors' },
      ],
      charterServiceOwners: [
        { ...owner, service: 'ledger', team: 'pay' },
        { ...owner, service: 'ledger', team: 'shop' },
      ],
    })
    expect(merged.charterDecisions.map(({ decision: name }) => name)).toEqual(['cache-pages', '0008-queue'])
    expect(merged.charterRequirements.map((row) => row.requirement)).toEqual(['fast', 'slo', 'slo'])
    expect(merged.charterServiceOwners.map(({ team, practice }) => [team, practice])).toEqual([
      ['pay', 'charter'],
      ['shop', 'codeowners'],
    ])
  })
})
