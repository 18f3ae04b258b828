/**
 * Span counts of public files, from the table beside them. The folder is not part of the project: FAULTLINE_EVIDENCE says where it lies,
 * and without it the tests that read it are skipped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env['FAULTLINE_EVIDENCE'] ?? ''

export interface CountedFile {
  file: string
  path: string
  /** The table's words for its form: `jaeger, one trace object`. */
  form: string
  spans: number
}

export function countedFiles(form: RegExp): CountedFile[] {
  const table = join(folder, 'README.md')
  if (folder === '' || !existsSync(table)) return []
  return [...readFileSync(table, 'utf8').matchAll(/^\| (\S+\.\w+) \| ([^|]+) \| (\d+) \|/gm)]
    .map(([, file = '', words = '', spans]) => ({
      file,
      path: join(folder, 'traces', file),
      form: words,
      spans: Number(spans),
    }))
    .filter((each) => form.test(each.form))
}
