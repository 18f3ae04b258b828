#!/usr/bin/env node
/**
 * Wires the command line to the process: streams, signals, exit code. A closed pipe (`| head`) is not an error, and the exit code
 * stays that of the gate. Temporary files are removed by the engine's own exit handler, which process.exit runs.
 */
import { getEventListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Environment, Output } from './environment.js'
import { exitCodes } from './exit.js'
import { runProgram } from './program.js'

/** Writes wait until the text has left the process, for process.exit drops what is still in a pipe's buffer. */
function outputOf(stream: NodeJS.WriteStream): Output {
  let closed = false
  // Without a listener a reader that goes away ends the process with a stack trace.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true
    if (error.code !== 'EPIPE') process.exitCode = exitCodes.broken
  })
  return {
    isTerminal: stream.isTTY === true,
    ...(stream.isTTY ? { columns: stream.columns } : {}),
    write: (text) =>
      new Promise((resolve) => {
        if (closed) resolve()
        else stream.write(text, () => resolve())
      }),
  }
}

function versionOf(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const known = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return known ? String(parsed.version) : 'unknown'
}

const stopping = new AbortController()
const graceMs = 1_000
/** Work that is done before the process ends early: what is left on a server would stay there. */
const cleaning = new Set<() => Promise<void>>()
const cleaningMs = 10_000

const environment: Environment = {
  version: versionOf(),
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  variables: process.env,
  folder: process.cwd(),
  demoEvidence: fileURLToPath(new URL('../../demo/bookshop/recording/flawed/traces.jsonl.gz', import.meta.url)),
  signal: stopping.signal,
  beforeStop(clean) {
    cleaning.add(clean)
    return () => void cleaning.delete(clean)
  },
  loadEngine: async () => (await import('../engine/run.js')).runAudit,
  loadDryRun: async () => (await import('../engine/dry-run.js')).dryRun,
  loadImport: async () => (await import('../engine/import-into.js')).importInto,
  loadAudits: async () => (await import('../audits/index.js')).audits,
  loadSimulations: async () => (await import('../engine/simulation/simulate.js')).simulations,
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.stderr.write('\nfaultline: stopped\n')
    const listening = getEventListeners(stopping.signal, 'abort').length > 0 || cleaning.size > 0
    const leave = (): never => process.exit(signal === 'SIGINT' ? exitCodes.interrupted : 143)
    if (!listening) leave()
    stopping.abort()
    // A second signal, or a server that does not answer, ends it all the same.
    process.once(signal, leave)
    setTimeout(leave, cleaning.size > 0 ? cleaningMs : graceMs)
    if (cleaning.size > 0) void Promise.allSettled([...cleaning].map((clean) => clean())).then(leave)
  })
}

const code = await runProgram(process.argv.slice(2), environment)
process.exit(process.exitCode ?? code)
