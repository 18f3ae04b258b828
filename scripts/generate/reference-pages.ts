/** docs/survey.md and docs/losses.md: the relations with their columns, and every way in which evidence can be incomplete. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { globSync } from 'tinyglobby'
import { losses } from '../../src/importers/losses.js'
import type { RelationDocument } from '../generate-rows.js'
import { cell, code, generatedNote, page, prose, table } from './markdown.js'

interface TableDocument {
  name: string
  purpose: string
  columns: { name: string; type: string; description: string }[]
}

export function surveyPage(root: string, relations: readonly RelationDocument[]): string {
  const folders = [...new Set(relations.map(({ path }) => path.split('/')[0] ?? ''))]
  return page(
    generatedNote,
    '# Survey',
    'Relations are what audits see: each is one `.sql` file below `src/survey`, and its rows are typed in `src/survey/rows.ts`. Base tables are what relations are made of; audits never see them.',
    ...folders.flatMap((folder) => [
      `## Relations: ${folder}`,
      ...relations
        .filter(({ path }) => path.startsWith(`${folder}/`))
        .flatMap(({ name, path, purpose, columns }) => [
          `### ${name}`,
          `${prose(purpose)} ([SQL](../src/survey/${path}.sql))`,
          columnTable(columns),
        ]),
    ]),
    '## Base tables',
    ...baseTables(root).flatMap(({ name, purpose, columns }) => [
      `### ${name}`,
      `${prose(purpose)} ([SQL](../src/store/schema/${name}.sql))`,
      // A view takes its columns from the tables that it reads.
      columns.length > 0 ? columnTable(columns) : undefined,
    ]),
  )
}

function columnTable(columns: TableDocument['columns']): string {
  return table(
    ['column', 'type', 'meaning'],
    columns.map(({ name, type, description }) => [code(name), code(type), cell(description)]),
  )
}

/** Read from the schema's own text. Throws for a column without a COMMENT, since nobody could tell what it holds. */
export function baseTables(root: string): TableDocument[] {
  return globSync('src/store/schema/*.sql', { cwd: root })
    .sort()
    .map((path) => {
      const text = readFileSync(`${root}/${path}`, 'utf8')
      const lines = text.split('\n')
      const isView = text.includes('\nCREATE VIEW ')
      const first = isView ? lines.length : lines.findIndex((line) => line.startsWith('('))
      const last = isView ? lines.length : lines.findIndex((line) => line.startsWith(')'))
      const columns = lines
        .slice(first + 1, last)
        .filter((line) => /^ {4}[A-Za-z]\w* /.test(line))
        .map((line) => {
          const [, name, type, description] = /^ {4}(\w+) (.+?) COMMENT '((?:[^']|'')*)',?$/.exec(line) ?? []
          if (name === undefined || type === undefined || description === undefined) {
            throw new Error(`${path}: no COMMENT on "${line.trim()}"`)
          }
          return { name, type, description: description.replaceAll("''", "'") }
        })
      const purpose = lines
        .filter((line) => line.startsWith('-- '))
        .map((line) => line.slice(3))
        .join(' ')
      return { name: basename(path, '.sql'), purpose, columns }
    })
}

export function lossesPage(): string {
  return page(
    generatedNote,
    '# Losses',
    'Evidence is rarely whole. Whatever could not be read is counted, told in the report beside its source, and never fatal. An id never changes once it has shipped.',
    ...losses.flatMap(({ id, title, advice }) => [`## ${id}`, `**${prose(title)}.** ${prose(advice)}`]),
  )
}
