/**
 * One spelling a table: lower case, no quotes, `schema.table`. The schema that everybody has by default is dropped,
 * so that `orders` and `public.orders` are one table; the system's own catalogues are no tables of anybody.
 */
import type { Language } from './language.js'

const defaultSchemas: Partial<Record<string, string>> = { postgresql: 'public', sqlserver: 'dbo', sqlite: 'main' }
const catalogues = new Set(['pg_catalog', 'information_schema', 'performance_schema', 'sys', 'pg_toast', 'system'])
const catalogueTable = /^(?:pg_(?!.*[.])|sqlite_(?:master|schema|sequence|temp_master)$|dual$)/
/** Longer names are hostile: no engine allows them. */
const longestName = 256

/** Empty when the parts name no table of the system under audit. */
export function tableName(parts: readonly string[], language: Language): string {
  const cleaned = parts.map((part) => part.trim().toLowerCase()).filter((part) => part !== '')
  const last = cleaned.at(-1)
  if (last === undefined) return ''
  if (cleaned.slice(0, -1).some((part) => catalogues.has(part))) return ''
  if (cleaned.length === 1 && catalogueTable.test(last)) return ''
  if (last.startsWith('#') || last.startsWith('@') || last.startsWith('?')) return ''
  const kept = cleaned.filter(
    (part, index) => index === cleaned.length - 1 || part !== defaultSchemas[language.schemas],
  )
  return kept.join('.').slice(0, longestName)
}
