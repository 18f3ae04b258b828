/** Decisions of one file as rows, and each thing that a decision expects as a row of its own. */
import { blankCharterRows } from '../model/charter.js'
import type { DecisionRow, ExpectationRow } from '../model/charter.js'
import { CharterError } from './charter-error.js'
import type { ReadFile } from './read-charter-file.js'
import { measuredMetrics } from './requirement-rows.js'

export function decisionRows({ content, source }: ReadFile): DecisionRow[] {
  return Object.entries(content.decisions ?? {}).map(([decision, given]) => ({
    ...blankCharterRows.charterDecisions,
    ...source.keyAt(['decisions', decision]),
    decision,
    title: given.title ?? '',
    kind: given.kind ?? 'other',
    target: given.target ?? '',
    because: [...(given.because ?? [])],
    status: given.status ?? 'accepted',
    date: given.date ?? '',
    reviewBy: given.reviewBy ?? '',
    provisionalUntil: given.provisionalUntil ?? '',
    adr: given.adr ?? '',
    links: (
      [
        ['supersedes', 'supersedes'],
        ['amends', 'amends'],
        ['relatesTo', 'relates-to'],
      ] as const
    ).flatMap(([key, kind]) =>
      (given[key] ?? []).map((target, index) => ({
        ...source.at(['decisions', decision, key, index]),
        kind,
        target,
        known: false,
      })),
    ),
  }))
}

/** Decisions of which the file says in which state they are. */
export function statedStatuses({ content }: ReadFile): string[] {
  return Object.entries(content.decisions ?? {}).flatMap(([name, given]) => (given.status === undefined ? [] : [name]))
}

export function expectationRows(file: ReadFile): ExpectationRow[] {
  return Object.keys(file.content.decisions ?? {}).flatMap((decision) => expectationsOf(file, decision))
}

/** Throws CharterError for an owner of nothing: `owner` speaks of the decision's target. */
function expectationsOf({ content, source }: ReadFile, decision: string): ExpectationRow[] {
  const given = Object.entries(content.decisions ?? {}).find(([name]) => name === decision)?.[1]
  const expect = given?.expect
  if (!expect) return []
  const path = ['decisions', decision, 'expect']
  const target = given.target ?? ''
  const rows: ExpectationRow[] = []
  const add = (at: readonly (string | number)[], row: Partial<ExpectationRow>): void => {
    rows.push({ ...blankCharterRows.charterExpectations, ...source.keyAt([...path, ...at]), decision, ...row })
  }
  expect.edges?.forEach((edge, index) => add(['edges', index], { kind: 'edge', ...edge }))
  if (expect.owner !== undefined) {
    if (target === '' || target.includes('->')) {
      throw new CharterError(
        source.keyAt([...path, 'owner']),
        'Expected a target that somebody can own: a store, table, key or destination.',
        'Give the decision such a target, or write owners: { "postgresql://ledger/*": ledger }.',
      )
    }
    add(['owner'], { kind: 'owner', text: `owner: ${expect.owner}`, place: target, owner: expect.owner })
  }
  for (const [place, owner] of Object.entries(expect.owners ?? {})) {
    add(['owners', place], { kind: 'owner', text: `owner of ${place}: ${owner}`, place, owner })
  }
  for (const metric of measuredMetrics) {
    const wanted = expect[metric]
    if (!wanted) continue
    const { comparator, value, unit, text } = wanted
    add([metric], { kind: 'metric', text: `${metric}: ${text}`, place: target, metric, comparator, value, unit })
  }
  if (expect.ordered !== undefined) {
    const order = expect.ordered
    add(['ordered'], { kind: 'metric', text: `ordered: ${order}`, place: target, metric: 'ordered', value: 1, order })
  }
  return rows
}
