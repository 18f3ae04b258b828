/**
 * The tables of a run on a server: in a database of its own, or as temporary tables of a session where nothing may be written.
 * What is easily got wrong: a temporary table cannot be seen by a view, so what are views elsewhere are put into the text of each query.
 */
import { mergingOf, tableDefinition, tables, type Table } from '../schema.js'

/** As an identifier. */
export const quotedName = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
/** As a text. */
export const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** What marks a database as Faultline's, so that no other is ever dropped. */
export const workComment = 'Faultline: derived tables of one audit, may be dropped'

const isView = (definition: string): boolean => /^CREATE VIEW/m.test(definition)

/** Those that hold rows of their own. */
export const derivedTables = tables.filter((table) => table !== 'otel_traces' && !isView(tableDefinition(table)))

/** `CREATE` of all derived tables in the current database. `goneMs`: when rows go by themselves, should nobody drop them; since 1970. */
export function workDefinitions({ goneMs }: { goneMs: number }): string[] {
  return tables
    .filter((table) => table !== 'otel_traces')
    .map((table) => {
      const definition = tableDefinition(table)
      if (isView(definition)) return definition
      // A column of its own, with a default: nothing names it, so nothing has to fill it. The moment is the same for all rows, wherever
      // they are written: a server whose clock is behind does not keep them longer, nor one that is ahead shorter.
      const moment = Math.ceil(goneMs / 1000).toString()
      return definition.replace(
        /\n\)\s*\nENGINE = MergeTree([^]*)$/,
        (_, order: string) =>
          `,\n    GoneAt DateTime DEFAULT toDateTime(${moment}) COMMENT 'When this row goes by itself'\n)\nENGINE = MergeTree${order.trimEnd()}\nTTL GoneAt${mergingOf(table)}`,
      )
    })
}

export function temporaryDefinitions(): string[] {
  return tables
    .map((table) => ({ table, definition: tableDefinition(table) }))
    .filter(({ table, definition }) => table !== 'otel_traces' && !isView(definition))
    .map(({ definition }) => definition.replace(/^CREATE TABLE/m, 'CREATE TEMPORARY TABLE'))
}

/** The SELECT of a table that is a view. */
function viewSelect(table: Table): string | undefined {
  return /^CREATE VIEW [^]*? AS\n([^]*)$/m.exec(tableDefinition(table))?.[1]
}

/** Puts the views, and `otel_traces` as `source` selects it, into a query over temporary tables. */
export function withoutViews(sql: string, source: string): string {
  let text = sql
  for (const table of tables) {
    const select = table === 'otel_traces' ? source : viewSelect(table)
    if (select === undefined) continue
    text = text.replaceAll(
      new RegExp(`\\b(FROM|JOIN)\\s+${table}\\b(?:\\s+AS\\s+(\\w+))?`, 'g'),
      (_, before: string, alias: string | undefined) => `${before} (${select}) AS ${alias ?? table}`,
    )
  }
  return text
}
