/** Runs one measurement in a process of its own and says how long it took and how much memory it ever held. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Measurement {
  wallMs: number
  peakBytes: number
  /** Time of all processors together: other work on the machine does not stretch it much. */
  processorMs: number
  stdout: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Rejects with what the process said when it ends with a code that is not in `accepted`. */
export async function measure(script: string[], accepted: number[] = [0]): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const peakFile = join(folder, 'peak')
  const start = performance.now()
  const child = spawn(process.execPath, ['--import', here('children/peak-memory.mjs'), ...script], {
    cwd: root,
    env: { ...process.env, BENCH_PEAK_FILE: peakFile, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
  child.stderr.on('data', (part: Buffer) => (stderr = (stderr + part.toString()).slice(-4000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const wallMs = performance.now() - start
  try {
    if (code === null || !accepted.includes(code)) throw new Error(`${script.join(' ')} ended with ${code}:\n${stderr}`)
    const ended = JSON.parse(readFileSync(peakFile, 'utf8')) as Pick<Measurement, 'peakBytes' | 'processorMs'>
    return { wallMs, ...ended, stdout }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A TypeScript program beside this file that prints one JSON object. */
export async function measureChild<Answer>(name: string, args: string[]): Promise<Measurement & { answer: Answer }> {
  const measured = await measure(['--import', 'tsx', here(`children/${name}.ts`), ...args])
  return { ...measured, answer: JSON.parse(measured.stdout === '' ? '{}' : measured.stdout) as Answer }
}

/** The built command line, as a user runs it. A failed gate is a report too. */
export function measureAudit(evidence: string, output: string): Promise<Measurement> {
  return measure([here('../dist/cli/main.js'), 'audit', evidence, '-o', output, '--fail-on', 'never'])
}

/** The fastest of `runs`: what the machine can do, not what else it was doing. */
export async function fastest<Item extends { wallMs: number }>(runs: number, run: () => Promise<Item>): Promise<Item> {
  let best = await run()
  for (let n = 1; n < runs; n++) {
    const next = await run()
    if (next.wallMs < best.wallMs) best = next
  }
  return best
}
