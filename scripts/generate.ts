/**
 * `npm run generate`: writes every file that follows from others (the list of audits, row types, reference pages, the report's schema).
 * Order matters: the list of audits and the row types are written first, because the pages are made by loading them.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { globSync } from 'tinyglobby'
import { charterJsonSchema } from '../src/charter/schema.js'
import { reportJsonSchema } from '../src/report/report-schema.js'
import { describeRelations, rowsModule } from './generate-rows.js'
import { auditFiles, auditListModule } from './generate/audit-list.js'
import { charterPage } from './generate/charter-pages.js'
import { lossesPage, surveyPage } from './generate/reference-pages.js'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** Gives each file to `put`, in an order in which each can be made once those before are in place. Returns the paths given. */
export async function generate(put: (path: string, text: string) => void): Promise<string[]> {
  const paths: string[] = []
  const give = (path: string, text: string): void => {
    paths.push(path)
    put(path, text)
  }
  const list = 'src/audits/index.ts'
  give(list, await formatted(list, auditListModule(auditFiles(root))))
  give('docs/losses.md', lossesPage())
  give('docs/report.schema.json', `${JSON.stringify(reportJsonSchema(), null, 2)}\n`)
  const charterSchema = charterJsonSchema()
  give('docs/charter.schema.json', `${JSON.stringify(charterSchema, null, 2)}\n`)
  const guide = 'docs/charter.md'
  give(guide, await formatted(guide, charterPage(current(guide) ?? '', charterSchema)))
  const relations = await describeRelations()
  const rows = 'src/survey/rows.ts'
  give(rows, await formatted(rows, rowsModule(relations)))
  give('docs/survey.md', surveyPage(root, relations))
  const { audits } = await import('../src/audits/index.js')
  const { auditIndex, auditPage } = await import('./generate/audit-pages.js')
  give('docs/audits/README.md', auditIndex(audits))
  const { nightlyPage } = await import('./generate/nightly-pages.js')
  const store = 'docs/clickhouse.md'
  give(store, await formatted(store, nightlyPage(current(store) ?? '', audits)))
  for (const audit of audits) give(`docs/audits/${audit.id}.md`, auditPage(audit))
  return paths
}

/** As `npm run format` would leave it. */
export async function formatted(path: string, text: string): Promise<string> {
  const config = await resolveConfig(resolve(root, path))
  return format(text, { ...config, filepath: path })
}

/** Pages of audits that are no more. */
export function leftovers(paths: readonly string[]): string[] {
  return globSync('docs/audits/*.md', { cwd: root })
    .filter((path) => !paths.includes(path))
    .sort()
}

export function current(path: string): string | undefined {
  const file = resolve(root, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

async function main(): Promise<void> {
  const written: string[] = []
  const paths = await generate((path, text) => {
    if (current(path) === text) return
    mkdirSync(dirname(resolve(root, path)), { recursive: true })
    writeFileSync(resolve(root, path), text)
    written.push(path)
  })
  for (const path of leftovers(paths)) {
    rmSync(resolve(root, path))
    written.push(`${path} (removed)`)
  }
  process.stdout.write(written.length > 0 ? `${written.join('\n')}\n` : 'All generated files were fresh.\n')
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === resolve(process.argv[1])) await main()
