/**
 * The tables of keys in docs/charter.md, made from the charter's JSON Schema. The rest of that page is written by hand:
 * only what stands between the two marks is replaced.
 */
import { cell, code, table } from './markdown.js'

interface SchemaNode {
  description?: string
  enum?: unknown[]
  type?: string
  anyOf?: SchemaNode[]
  items?: SchemaNode
  properties?: Record<string, SchemaNode>
  additionalProperties?: SchemaNode | boolean
}

const begin = '<!-- keys: generated -->'
const end = '<!-- end of keys -->'

/** Throws when the page has lost its marks. */
export function charterPage(written: string, schema: object): string {
  const from = written.indexOf(begin)
  const to = written.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/charter.md needs "${begin}" and "${end}", in this order`)
  return `${written.slice(0, from + begin.length)}\n\n${keyTables(schema)}\n\n${written.slice(to)}`
}

const sections: readonly [title: string, path: readonly string[]][] = [
  ['Top of the file', []],
  ['A requirement', ['requirements', '*']],
  ['A decision', ['decisions', '*']],
  ['What a decision expects (`expect`)', ['decisions', '*', 'expect']],
  ['A team', ['teams', '*']],
  ['A service', ['services', '*']],
  ['Where a limit holds (`for`)', ['limits', '*', 'for']],
  ['A waiver', ['waivers', '*']],
  ['Existing practice (`practice`)', ['practice']],
]

function keyTables(schema: SchemaNode): string {
  return sections
    .map(([title, path]) => {
      const node = path.reduce((at, key) => inner(at, key), plain(schema))
      const rows = Object.entries(node.properties ?? {}).map(([key, value]) => [code(key), cell(meaningOf(value))])
      return `### ${title}\n\n${table(['key', 'meaning'], rows)}`
    })
    .join('\n\n')
}

function inner(node: SchemaNode, key: string): SchemaNode {
  if (key !== '*') return plain(node.properties?.[key] ?? {})
  const each = typeof node.additionalProperties === 'object' ? node.additionalProperties : node.items
  return plain(each ?? {})
}

/** The arm that has keys: others are null, or false for "none". */
function plain(node: SchemaNode): SchemaNode {
  const arms = (node.anyOf ?? []).map((arm) => plain(arm))
  return (
    arms.find((arm) => arm.properties ?? typeof arm.additionalProperties === 'object') ??
    arms.find((arm) => arm.items) ??
    node
  )
}

function meaningOf(node: SchemaNode): string {
  const said = node.description ?? node.anyOf?.find((arm) => arm.description !== undefined)?.description ?? ''
  const values = node.enum ?? node.anyOf?.find((arm) => arm.enum)?.enum
  const words = values === undefined ? '' : `One of ${values.map((value) => code(String(value))).join(', ')}.`
  return [said, words].filter((part) => part !== '').join(' ')
}
