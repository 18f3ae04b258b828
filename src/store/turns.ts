/**
 * Queries one after another, for stores that may not be asked several things at once: a session of a server takes one query at a time,
 * and a server that others work with should not be flooded.
 */
import type { Store } from './store.js'

/** The store itself where it takes any number of queries at once; else one on which each waits for the one before it. */
export function inTurns(store: Store): Store {
  if (store.parallel === true) return store
  let last: Promise<unknown> = Promise.resolve()
  const next = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  return {
    parallel: true,
    query: (sql, params, settings) => next(() => store.query(sql, params, settings)),
    command: (sql, params, settings) => next(() => store.command(sql, params, settings)),
    insert: (table, rows) => next(() => store.insert(table, rows)),
    engine: () => next(() => store.engine()),
    close: () => next(() => store.close()),
  }
}
