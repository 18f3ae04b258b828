/**
 * Tells while queries run what they have read so far, from system.processes. Who may not see that table is told when each query is done.
 * What is easily got wrong: a query that has ended is no longer in the table, so what is done and what runs are added up.
 */
import type { Server } from './server.js'

const everyMs = 1_000
/** A server that does not answer is not waited for. */
const mostLastMs = 1_000

/** Asks until it is stopped, and has stopped when the last answer is there. `done` is what ended queries have read. */
export function watchQueries(
  server: Server,
  prefix: string,
  done: () => { rows: number; bytes: number },
  tell: (rows: number, bytes: number) => void,
): () => Promise<void> {
  let stopped = false
  let asking = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const ask = async (): Promise<void> => {
    try {
      const [running] = await server.rows<{ rows: number; bytes: number }>(
        'SELECT sum(read_rows) AS rows, sum(read_bytes) AS bytes FROM system.processes WHERE query_id LIKE {prefix:String} AND is_initial_query',
        { name: 'progress', params: { prefix: `${prefix}%` } },
      )
      if (!stopped) tell(done().rows + (running?.rows ?? 0), done().bytes + (running?.bytes ?? 0))
    } catch {
      // Not allowed, or busy: the run does not depend on it.
      return
    }
    next()
  }
  const next = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      asking = ask()
    }, everyMs)
    timer.unref()
  }
  next()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, mostLastMs).unref())])
    await server.close()
  }
}
