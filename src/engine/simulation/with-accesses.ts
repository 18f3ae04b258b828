/** Evidence read and prepared for a simulation, in a store of its own that is removed at the end. */
import type { LiveOptions } from '../../model/importer.js'
import { openEmbeddedStore } from '../../store/embedded.js'
import { createTables, tables } from '../../store/schema.js'
import type { Store } from '../../store/store.js'
import { prepareAhead } from '../../survey/prepare.js'
import { silent, type Progress } from '../progress.js'
import { readEvidence, rowsOf } from '../read-evidence.js'
import { staged } from '../report-parts.js'

export interface AccessesOptions {
  /** Files, folders, globs, addresses or `-`. */
  evidence: readonly string[]
  /** How running servers may be asked; one gentle look when left out. */
  live?: LiveOptions
  progress?: Progress
}

/** A store whose `accesses` are filled, and a folder in it for files. */
export interface Accesses {
  store: Store
  folder: string
  sources: readonly string[]
}

export async function withAccesses<Result>(
  options: AccessesOptions,
  work: (accesses: Accesses) => Promise<Result>,
): Promise<Result> {
  const progress = options.progress ?? silent
  const store = openEmbeddedStore()
  const abandon = () => store.abandon()
  process.once('exit', abandon)
  try {
    await createTables(store, ['otel_traces'])
    const evidence = await staged('import', progress, () => readEvidence(store, options, progress))
    const small = store.expect(rowsOf(evidence))
    await staged('normalise', progress, async () => {
      await createTables(store, tables, { inMemory: small })
      // Walks and deliveries have nothing to say of caches.
      const { later } = await prepareAhead(store)
      await later.get('accesses')?.()
    })
    const sources = evidence.filter((each) => each.importer !== '').map((each) => each.source)
    return await staged('survey', progress, () => work({ store, folder: store.folder, sources }))
  } finally {
    await store.close()
    process.off('exit', abandon)
  }
}
