/** An environment for the command line without a process: output is kept, the engine answers with the example report. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AuditWords, DryRun, ImportInto, Environment, Output } from '../../src/cli/environment.js'
import type { InPlaceOptions } from '../../src/engine/run-in-place.js'
import type { Simulations } from '../../src/engine/simulation/simulate.js'
import type { Report } from '../../src/model/report.js'
import { runProgram } from '../../src/cli/program.js'
import { exampleReport } from '../report/example-report.js'

export interface Run {
  code: number
  stdout: string
  stderr: string
  folder: string
  /** What the engine was asked for; empty when it was never started. */
  asked: { evidence: string[]; arguments: string[]; store?: InPlaceOptions }[]
}

export const chattyPair: AuditWords = {
  id: 'chatty-pair',
  family: 'services',
  title: 'Calls between services are few per request',
  failureTitle: 'A service calls another too often for one request',
  definition: 'Calls from one service to another per root request, p95.',
  why: 'Each call adds a round trip, and at 3 AM each is a place to hang.',
  fix: 'Ask once for all books of the cart.',
  verify: 'Record the same traffic again: at most a few calls per request.',
  limits: {
    warning: { default: 15, unit: 'calls/request', why: 'Two hundred milliseconds at least.', source: 'perf-sentinel' },
  },
  references: [{ title: 'Chatty I/O', url: 'https://learn.microsoft.com/azure/architecture/antipatterns/chatty-io/' }],
  examples: {
    fires: [
      { name: 'cart asks pricing book by book', rows: { calls: [{ caller: 'cart', callee: 'pricing', p95: 48 }] } },
    ],
    quiet: [{ name: 'one call for the whole cart', rows: { calls: [{ caller: 'cart', callee: 'pricing', p95: 1 }] } }],
  },
}

const unasked = (): never => {
  throw new Error('no simulation was expected')
}

export interface Options {
  simulations?: Simulations
  report?: Report
  /** Instead of answering, the engine fails with this. */
  failure?: unknown
  terminal?: boolean
  variables?: Record<string, string>
  folder?: string
  demoEvidence?: string
  dryRun?: DryRun
  importInto?: ImportInto
}

/** Runs the words as a shell would pass them. */
export async function runWith(words: string[], options: Options = {}): Promise<Run> {
  const written = { stdout: '', stderr: '' }
  const output = (stream: 'stdout' | 'stderr'): Output => ({
    isTerminal: options.terminal ?? false,
    ...(options.terminal === true ? { columns: 80 } : {}),
    write: async (text) => {
      written[stream] += text
    },
  })
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'faultline-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const asked: Run['asked'] = []
  const environment: Environment = {
    version: '0.1.0',
    stdout: output('stdout'),
    stderr: output('stderr'),
    variables: options.variables ?? {},
    folder,
    demoEvidence: options.demoEvidence ?? folder,
    signal: new AbortController().signal,
    loadAudits: async () => [chattyPair],
    loadSimulations: async () => options.simulations ?? { policyIds: [], cache: unasked, coldStart: unasked },
    loadImport: async () => options.importInto ?? (async () => []),
    loadDryRun: async () => options.dryRun ?? (async (store) => `-- would ask ${store.address}\n`),
    loadEngine: async () => async (request) => {
      asked.push({
        evidence: [...request.evidence],
        arguments: [...request.arguments],
        ...(request.store && { store: request.store }),
      })
      request.progress.emit({ kind: 'stage-start', stage: 'import', parts: 1 })
      request.progress.emit({ kind: 'source-start', source: 'traces/\u001b[2Jbooks.json', totalBytes: 1_000 })
      request.progress.emit({ kind: 'source-done', source: 'traces/books.json', rows: 1_200, durationMs: 10 })
      if (options.failure !== undefined) throw options.failure
      return options.report ?? exampleReport()
    },
  }
  const code = await runProgram(words, environment)
  return { code, ...written, folder, asked }
}
