/** Public evidence, when FAULTLINE_EVIDENCE names a folder of it: every OTLP file gives as many spans as the folder's README counts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readInto } from './read-sample.js'
import { openTestStore, type TestStore } from './test-sink.js'

const folder = process.env['FAULTLINE_EVIDENCE'] ?? ''
const readme = join(folder, 'README.md')
const text = folder !== '' && existsSync(readme) ? readFileSync(readme, 'utf8') : ''
const files = [...text.matchAll(/^\| (\S+\.jsonl?) \| otlp-json[^|]*\| (\d+) \|/gm)].map(([, path = '', spans]) => ({
  path,
  spans: Number(spans),
}))

describe.skipIf(files.length === 0)('public OTLP evidence (set FAULTLINE_EVIDENCE to its folder)', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.close())

  it.each(files)('$path has $spans spans', async ({ path, spans }) => {
    expect(await readInto(store, join(folder, 'traces', path))).toMatchObject({ importer: 'otlp-json' })
    expect(await store.count()).toBe(spans)
  })

  it('reads a Parquet table of another tool by its columns', async () => {
    await readInto(store, join(folder, 'traces/otlp2parquet/testdata/parquet/traces.parquet'))
    expect(await store.count()).toBe(19)
  })
})
