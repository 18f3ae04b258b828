/**
 * Fills `normalised`: first which attributes there are, then all rows, in which what nobody wrote is not looked for.
 * What is easily got wrong: a row that comes between the two would lose an attribute, so evidence that may still grow is asked for all.
 */
import { readFileSync } from 'node:fs'
import type { Settings, Store } from '../store/store.js'
import { fill } from './prepare-caches.js'

/** Names beyond these are not gathered: evidence that makes up names is searched for all that are known. */
const mostNames = 20_000

/** Even a table of nine marks is read by all threads: for each row of it there are hundreds of expressions to evaluate. */
const sharedReading: Settings = {
  merge_tree_min_rows_for_concurrent_read: 8_192,
  merge_tree_min_bytes_for_concurrent_read: 1,
  merge_tree_min_read_task_size: 1,
}

interface Names {
  attributes: string[]
  resource: string[]
}

const lookup = /\b(attribute|message|resource)\('([^']+)'\)/g

const statement = (): string =>
  fill('normalised', readFileSync(new URL('./prepare/normalise.sql', import.meta.url), 'utf8'))

/** Those of the names that are looked for which occur; what evidence names besides, be it as long as it will, stays in the engine. */
function occurring(select: string): string {
  const known = `[${[...new Set([...select.matchAll(lookup)].map(([, , name]) => `'${name ?? ''}'`))].join(', ')}]`
  const among = (attributes: string): string =>
    `if(length(groupUniqArrayArray(${mostNames.toString()})(mapKeys(${attributes})) AS ${attributes}Names) >= ${mostNames.toString()}, ${known}, arrayFilter(name -> has(${attributes}Names, name), ${known}))`
  return `SELECT ${among('SpanAttributes')} AS attributes, ${among('ResourceAttributes')} AS resource FROM otel_traces`
}

/** `select` with a blank for each attribute that is not among those that occur. */
export function withoutAbsent(select: string, { attributes, resource }: Names): string {
  const among = { attribute: new Set(attributes), message: new Set(attributes), resource: new Set(resource) }
  return select.replaceAll(lookup, (written, place: keyof typeof among, name: string) =>
    among[place].has(name) ? written : "''",
  )
}

/** `hostAliases` has the canonical host for hosts with another name; `growing` says that rows may still come into `otel_traces`. */
export async function normalise(
  store: Store,
  hostAliases: Readonly<Record<string, string>>,
  growing: boolean,
): Promise<void> {
  const aliases = { aliased: Object.keys(hostAliases), aliases: Object.values(hostAliases) }
  const whole = statement()
  const [names] = growing ? [] : await store.query<Names>(occurring(whole))
  await store.command(names ? withoutAbsent(whole, names) : whole, aliases, sharedReading)
}
