/** One page an audit and their index: everything on a page comes from the audit's own file, so what is missing here is missing there. */
import type { AnyAudit, AnyExample } from '../../src/model/audit.js'
import { families } from '../../src/report/families.js'
import { quantityText } from '../../src/report/quantity-text.js'
import { blankCharterRows } from '../../src/model/charter.js'
import { blankRows } from '../../src/survey/rows.js'
import { cell, code, generatedNote, page, prose, table } from './markdown.js'

const mostRows = 5
const blanks: Readonly<Record<string, object>> = { ...blankRows, ...blankCharterRows }

export function auditPage(audit: AnyAudit): string {
  const family = families.find(({ id }) => id === audit.family)
  const { of, least, advice } = evidenceOf(audit)
  return page(
    generatedNote,
    `# ${audit.id}`,
    `**${prose(audit.failureTitle)}.** When it passes: ${prose(lowerFirst(audit.title))}. Family: [${prose(family?.title ?? audit.family)}](README.md#${audit.family}).`,
    '## Definition',
    prose(audit.definition),
    '## Why',
    prose(audit.why),
    '## Limits',
    table(
      ['limit', 'default', 'why', 'source'],
      Object.entries(audit.limits).map(([id, limit]) => [
        code(id),
        cell(quantityText({ value: limit.default, unit: limit.unit })),
        cell(limit.why),
        cell(limit.source),
      ]),
    ),
    '## Evidence',
    `It looks at ${prose(of)} and needs at least ${least}; with fewer the outcome is \`not-evaluable\`. ${prose(advice)}`,
    `Relations: ${audit.needs.map((need) => `[${need}](../survey.md#${need.toLowerCase()})`).join(', ')}.`,
    '## Fires on',
    ...audit.examples.fires.map((example) => examplePart(example)),
    '## Stays quiet on',
    ...audit.examples.quiet.map((example) => examplePart(example)),
    '## Fix',
    prose(audit.fix),
    '## Verify',
    prose(audit.verify),
    audit.references.length > 0 ? '## References' : undefined,
    audit.references.map(({ title, url }) => `- [${prose(title)}](${url})`).join('\n'),
  )
}

/** What `evidence` says of the first example: which observations it counts, and how many it wants. */
function evidenceOf(audit: AnyAudit): { of: string; least: number; advice: string } {
  const example = audit.examples.fires[0]
  const rows = Object.fromEntries(
    audit.needs.map((need) => [need, (example?.rows[need] ?? []).map((row) => ({ ...blanks[need], ...row }))]),
  )
  const limits = Object.fromEntries(Object.entries(audit.limits).map(([id, limit]) => [id, limit.default]))
  return audit.evidence(rows as never, limits as never)
}

function examplePart(example: AnyExample): string {
  const severities = example.severities === undefined ? '' : ` → ${example.severities.join(', ') || 'no finding'}`
  const limits = Object.entries(example.limits ?? {}).map(([id, value]) => `${code(id)} = ${value}`)
  const relations = Object.entries(example.rows).map(([relation, rows]) => exampleTable(relation, rows ?? []))
  return [
    `**${prose(example.name)}**${severities}${limits.length > 0 ? ` (with ${limits.join(', ')})` : ''}`,
    ...relations,
  ].join('\n\n')
}

/** Rows side by side: an example has few rows and many columns. */
function exampleTable(relation: string, rows: readonly object[]): string {
  const shown = rows.slice(0, mostRows)
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))]
  const value = (row: object, column: string): string => {
    const entry = Object.entries(row).find(([name]) => name === column)?.[1] as unknown
    return entry === undefined ? '' : code(typeof entry === 'string' ? entry : JSON.stringify(entry))
  }
  const heads = shown.length === 1 ? [''] : shown.map((_, index) => `row ${index + 1}`)
  if (rows.length > shown.length) heads[heads.length - 1] += ` of ${rows.length}`
  return table(
    [code(relation), ...heads],
    columns.map((column) => [column, ...shown.map((row) => value(row, column))]),
  )
}

export function auditIndex(audits: readonly AnyAudit[]): string {
  return page(
    generatedNote,
    '# Audits',
    `Faultline looks for ${audits.length} faults. An id is the name of a file, the key in a report, the SARIF rule and the page here; it never changes once it has shipped.`,
    ...families.flatMap((family) => {
      const own = audits.filter((audit) => audit.family === family.id)
      const missing = family.catalogue.filter((id) => !own.some((audit) => audit.id === id))
      return [
        `<a id="${family.id}"></a>\n## ${prose(family.title)}`,
        `\`${family.id}\`: ${prose(family.summary)}`,
        own.length > 0
          ? table(
              ['audit', 'finding', 'definition'],
              own.map(({ id, failureTitle, definition }) => [
                `[${id}](${id}.md)`,
                cell(failureTitle),
                cell(definition),
              ]),
            )
          : undefined,
        missing.length > 0 ? `Not yet looked at: ${missing.join(', ')}.` : undefined,
      ]
    }),
  )
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
