/**
 * The gate in a git repository of somebody's own, with the built command: the first run sets the baseline, a new fault fails,
 * its mend passes, lost evidence is called out. And the script of action.yml, run by bash as a runner would.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { SketchSpan } from '../sketch.js'
import { toOtlpJsonLines } from '../sketch.js'
import { cleanSystem } from '../sketch/clean.js'
import sharedDatabase from '../planted/shared-database.js'
import chattyPair from '../planted/chatty-pair.js'
import { builtCommand } from './built.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const shared = sharedDatabase.spans()
const spansOf = (...systems: (readonly SketchSpan[])[]) => systems.map((spans) => toOtlpJsonLines(spans)).join('')

let repository = ''
let command = ''

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function ended({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): Ended {
  return { code: status, stdout, stderr }
}

/** Writes the traces of a test run, and audits them. */
function audit(traces: string, ...words: string[]): Ended {
  mkdirSync(join(repository, 'traces'), { recursive: true })
  writeFileSync(join(repository, 'traces', 'run.jsonl'), traces)
  const all = [command, 'audit', 'traces/', '--fail-on', 'warning', ...words]
  return ended(spawnSync(process.execPath, all, { cwd: repository, encoding: 'utf8' }))
}

beforeAll(() => {
  command = builtCommand()
  repository = mkdtempSync(join(tmpdir(), 'faultline-gate-'))
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@bookshop.example', ...words], { cwd: repository })
  git('init', '--quiet')
  const first = audit(spansOf(shared), '-o', 'baseline.json')
  expect(first).toMatchObject({ code: 1 })
  git('add', 'baseline.json')
  git('commit', '--quiet', '-m', 'What is known of the bookshop')
}, 240_000)

afterAll(() => rmSync(repository, { recursive: true, force: true }))

describe('a gate with a baseline', () => {
  it('passes what is known', () => {
    const run = audit(spansOf(shared), '--baseline', 'baseline.json')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('1 known')
  })

  it('fails at a new fault, and passes when it is mended', () => {
    const faulty = audit(spansOf(chattyPair.spans()), '--baseline', 'baseline.json', '--allow-lost-evidence')
    expect(faulty.code).toBe(1)
    expect(faulty.stdout).toMatch(/\nNew\n {2}\w+\[chatty-pair\]/)
    expect(audit(spansOf(shared), '--baseline', 'baseline.json').code).toBe(0)
  })

  it('passes a real mend: reports keeps its table elsewhere', () => {
    const own = cleanSystem()
    own.repeat(120, (trace, i) => {
      trace.server('reports', 'GET /reports/{id}', { path: `/reports/${i}` }, (r) => {
        r.work(6)
        r.query('postgresql://pg-reports:5432/reports', `SELECT day, revenue FROM revenue_by_day WHERE day = ${i}`, {
          ms: 4,
        })
        r.work(5)
      })
    })
    const run = audit(spansOf(own.spans), '--baseline', 'baseline.json')
    expect(run.stderr).toBe('')
    expect(run).toMatchObject({ code: 0 })
    expect(run.stdout).toContain('1 fixed')
  })

  it('calls out lost evidence, and fails at it', () => {
    const lost = audit(spansOf(cleanSystem().spans), '--baseline', 'baseline.json')
    expect(lost.code).toBe(1)
    expect(lost.stderr).toContain('Evidence was lost: 1 finding of the baseline')
    expect(lost.stderr).toContain('reports is no longer in the evidence')
    expect(lost.stdout).toContain('No longer evaluable: not fixed')
    expect(lost.stdout).not.toContain('1 fixed')
    const allowed = audit(spansOf(cleanSystem().spans), '--baseline', 'baseline.json', '--allow-lost-evidence')
    expect(allowed.code).toBe(0)
    expect(allowed.stderr).toContain('Evidence was lost')
  })

  it('is told by faultline diff as well', () => {
    expect(audit(spansOf(cleanSystem().spans), '-o', 'now.json').code).toBe(0)
    const words = [command, 'diff', 'baseline.json', 'now.json', '--format', 'markdown']
    const run = ended(spawnSync(process.execPath, words, { cwd: repository, encoding: 'utf8' }))
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('**No longer evaluable: not fixed**')
  })
})

const action = z
  .object({
    inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
    runs: z.object({
      using: z.literal('composite'),
      steps: z.tuple([z.object({ shell: z.literal('bash'), env: z.record(z.string(), z.string()), run: z.string() })]),
    }),
  })
  .parse(parse(readFileSync(join(root, 'action.yml'), 'utf8')))
const [step] = action.runs.steps

/** Runs the script of the action with these inputs, the others at their defaults. */
function runAction(inputs: Record<string, string>, folder = root): Ended & { output: string; summary: string } {
  const files = mkdtempSync(join(repository, 'runner-'))
  for (const name of ['output', 'summary']) writeFileSync(join(files, name), '')
  const env = Object.fromEntries(
    Object.entries(step.env).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1]
      return [name, input === undefined ? folder : (inputs[input] ?? action.inputs[input]?.default ?? '')]
    }),
  )
  const runner = { GITHUB_OUTPUT: join(files, 'output'), GITHUB_STEP_SUMMARY: join(files, 'summary') }
  const run = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, ...env, ...runner },
  })
  const text = (name: string) => readFileSync(join(files, name), 'utf8')
  return { ...ended(run), output: text('output'), summary: text('summary') }
}

describe('action.yml', () => {
  it('puts inputs into the environment and none into the script', () => {
    expect(step.run).not.toContain('${{')
    const used = Object.values(step.env).flatMap((text) => /inputs\.([\w-]+)/.exec(text)?.[1] ?? [])
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort())
    for (const name of Object.keys(step.env)) expect(step.run).toContain(`$${name}`)
  })

  it('annotates, writes SARIF and the summary, and fails as the gate does', () => {
    writeFileSync(join(repository, 'faulty traces.jsonl'), spansOf(chattyPair.spans()))
    const run = runAction({ evidence: 'faulty traces.jsonl\n', 'fail-on': 'warning', 'sarif-file': 'out.sarif' })
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(/^::(error|warning) title=chatty-pair/m)
    expect(run.output).toBe('exit-code=1\n')
    expect(run.summary).toContain('## Faultline:')
    expect(JSON.parse(readFileSync(join(repository, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' })
  })

  it('passes with a baseline, and lets no input become a command', () => {
    writeFileSync(join(repository, 'known.jsonl'), spansOf(shared))
    expect(runAction({ evidence: 'known.jsonl', baseline: 'baseline.json', 'fail-on': 'warning' }).code).toBe(0)
    const hostile = '$(touch owned); `touch owned` "; touch owned #'
    expect(runAction({ evidence: hostile, baseline: hostile }).code).toBe(2)
    expect(runAction({ evidence: '--version' }).code).toBe(2)
    expect(runAction({ evidence: 'known.jsonl', version: 'https://example.com/evil.tgz' }).code).toBe(2)
    expect(runAction({ evidence: 'known.jsonl', 'fail-on': hostile }).code).toBe(2)
    expect(() => readFileSync(join(repository, 'owned'))).toThrow('ENOENT')
  })

  it('runs the npm package where it was not built', () => {
    const bare = mkdtempSync(join(repository, 'action-'))
    cpSync(join(root, 'package.json'), join(bare, 'package.json'))
    const programs = join(bare, 'programs')
    mkdirSync(programs)
    writeFileSync(join(programs, 'npm'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
    symlinkSync(process.execPath, join(programs, 'node'))
    const path = process.env['PATH'] ?? ''
    process.env['PATH'] = `${programs}:${path}`
    try {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
      expect(runAction({ evidence: 'a\nb' }, bare).stdout).toContain(
        `exec\n--yes\n--package=faultline@${version}\n--\nfaultline\naudit\n`,
      )
      expect(runAction({ evidence: 'a', version: 'latest' }).stdout).toContain('--package=faultline@latest\n')
      expect(runAction({ evidence: 'a\nb' }, bare).stdout).toMatch(/\n--\na\nb\n$/)
    } finally {
      process.env['PATH'] = path
    }
  })
})
