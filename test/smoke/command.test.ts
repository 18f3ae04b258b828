/**
 * The built command as a stranger runs it, in a process and a folder of its own: reports, exit codes, streams, and that
 * nothing is left behind. The reports' content is the golden systems' business.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.js'
import { sketch, toJaegerJson, toOtlpJsonLines, toOtlpProtobuf, type System } from '../sketch.js'
import { builtCommand } from './built.js'
import { Stranger } from './stranger.js'

/** One page that asks for its prices book by book, `traces` times: a critical finding where there are enough. */
function shop(traces: number, calls: number): System {
  return sketch('stranger-bookshop').repeat(traces, (trace) =>
    trace.server('storefront', 'GET /books', {}, (s) => {
      s.work(20)
      s.repeat(calls, (each) => each.call('prices', 'GET /prices/{id}', { ms: 6 }))
    }),
  )
}

const faulty = shop(60, 50)
const sound = shop(120, 1)
const faultyLines = toOtlpJsonLines(faulty.spans)
const soundLines = toOtlpJsonLines(sound.spans)

const parse = (text: string): Report => JSON.parse(text) as Report
const spansOf = (report: Report): number[] => report.evidence.map((each) => each.rows.spans)

beforeAll(() => {
  builtCommand()
}, 180_000)

describe('a first look', () => {
  it('prints version, help, the list of audits and what one means, without starting the engine', async () => {
    const stranger = new Stranger()
    const [version, help, list, explain] = await Promise.all([
      stranger.run(['--version']),
      stranger.run(['audit', '--help']),
      stranger.run(['audit', '--list']),
      stranger.run(['explain', 'chatty-pair']),
    ])
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Exit codes:'), stderr: '' })
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('not yet looked at'), stderr: '' })
    expect(explain).toMatchObject({ code: 0, stdout: expect.stringContaining('chatty-pair'), stderr: '' })
    expect(stranger.files()).toEqual([])
    expect(stranger.leftovers()).toEqual([])
  })

  it('gives a report of the recorded bookshop', async () => {
    const stranger = new Stranger()
    const { code, stdout, stderr } = await stranger.run(['demo'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('faultline-report.html')
    expect(stranger.files()).toEqual(['faultline-report.html'])
    const page = readFileSync(join(stranger.folder, 'faultline-report.html'), 'utf8')
    expect(page).toMatch(/^<!doctype html>/i)
    // All of it is understood; a grammar that did not come with the package would be no error, but a loss.
    expect(page).not.toContain('unparsed-statement')
    expect(stranger.leftovers()).toEqual([])
  })
})

describe('evidence', () => {
  it('is a folder with files of several formats, and a README is none', async () => {
    const stranger = new Stranger()
      .has('traces/monday/orders.jsonl', faultyLines)
      .has('traces/monday/orders.jsonl.gz', gzipSync(soundLines))
      .has('traces/tuesday.pb', toOtlpProtobuf(shop(3, 2).spans, 'framed'))
      .has('traces/wednesday.json', toJaegerJson(shop(2, 2).spans))
      .has('traces/README.md', '# Ours\n')
    const before = stranger.files()
    const { code, stdout, stderr } = await stranger.run(['audit', 'traces', '--format', 'json'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const report = parse(stdout)
    const read = report.evidence.filter((each) => each.importer !== '')
    expect(read.map((each) => `${each.source} ${each.importer} ${each.rows.spans}`)).toEqual([
      `traces/monday/orders.jsonl otlp-json ${faulty.spans.length}`,
      `traces/monday/orders.jsonl.gz otlp-json ${sound.spans.length}`,
      'traces/tuesday.pb otlp-protobuf 15',
      'traces/wednesday.json jaeger 10',
    ])
    expect(stranger.files()).toEqual(before)
    expect(stranger.leftovers()).toEqual([])
  })

  it('is a glob, and standard input', async () => {
    const stranger = new Stranger().has('a.jsonl', soundLines).has('b.txt', 'a note to myself\n')
    const globbed = await stranger.run(['audit', '*.jsonl', '--format', 'json'])
    expect(spansOf(parse(globbed.stdout))).toEqual([sound.spans.length])
    const piped = await stranger.run(['audit', '-', '--format', 'json'], { input: gzipSync(soundLines) })
    expect(piped.code).toBe(0)
    expect(parse(piped.stdout).evidence.map((each) => each.source)).toEqual(['-'])
    expect(parse(piped.stdout).audits).toEqual(parse(globbed.stdout).audits)
  })

  it.each([
    'two words.jsonl',
    `it's "quoted".jsonl`,
    'line\nbreak.jsonl',
    'книга-本-📚.jsonl',
    '[a]*?{b}.jsonl',
    '-dash.jsonl',
  ])('may be called %j', async (name) => {
    const stranger = new Stranger().has(`in ${name}/${name}`, soundLines)
    const { code, stdout, stderr } = await stranger.run([
      'audit',
      `./in ${name}/${name}`,
      '-o',
      `out ${name}.html`,
      '--format',
      'json',
    ])
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({ code: 0, stderr: expect.stringMatching(/^Wrote out /) })
    expect(spansOf(parse(stdout))).toEqual([sound.spans.length])
    expect(stranger.files()).toContain(`out ${name}.html`)
  })
})

describe('reports', () => {
  it('are written in every format at once, and one goes to standard output', async () => {
    const stranger = new Stranger().has('traces.jsonl', faultyLines)
    const names = ['r.html', 'r.json', 'r.sarif', 'r.md', 'r.txt', 'r.github']
    const words = names.flatMap((name) => ['-o', name])
    const { code, stdout, stderr } = await stranger.run(['audit', 'traces.jsonl', ...words])
    expect(code).toBe(1)
    expect(stdout).toContain('chatty-pair')
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toBe(names.map((name) => `Wrote ${name}\n`).join(''))
    expect(stranger.files()).toEqual([...names, 'traces.jsonl'].sort())
    const text = (name: string) => readFileSync(join(stranger.folder, name), 'utf8')
    expect(parse(text('r.json')).schemaVersion).toBe(1)
    expect((JSON.parse(text('r.sarif')) as { version: string }).version).toBe('2.1.0')
    for (const name of names) expect(text(name)).toContain('chatty-pair')
  })

  it('have colour where it is asked for, and none with NO_COLOR', async () => {
    const stranger = new Stranger().has('traces.jsonl', soundLines)
    const forced = await stranger.run(['audit', 'traces.jsonl'], { variables: { FORCE_COLOR: '1' } })
    const none = await stranger.run(['audit', 'traces.jsonl'], { variables: { NO_COLOR: '1' } })
    expect(forced.stdout).toContain('\u001b[')
    expect(none.stdout).not.toContain('\u001b')
  })
})

describe('exit codes', () => {
  it('follow the gate', async () => {
    const stranger = new Stranger().has('faulty.jsonl', faultyLines).has('sound.jsonl', soundLines)
    const codes = []
    for (const words of [['sound.jsonl'], ['faulty.jsonl'], ['faulty.jsonl', '--fail-on', 'never']])
      codes.push((await stranger.run(['audit', ...words])).code)
    expect(codes).toEqual([0, 1, 0])
  })

  it.each<[string, string[], RegExp]>([
    ['no words', [], /Usage: faultline/],
    ['no evidence', ['audit'], /no evidence was given/],
    ['an unknown command', ['adit'], /audit/],
    ['an unknown audit', ['explain', 'chatty-pear'], /chatty-pair/],
    ['a missing file', ['audit', 'missing.json'], /missing\.json: does not exist/],
    ['an unknown format', ['audit', 'pizza.json'], /pizza\.json: is in no known format/],
    ['an unknown format among others', ['audit', 'sound.jsonl', 'pizza.json'], /pizza\.json: is in no known format/],
    ['an empty file', ['audit', 'empty.json'], /empty/],
    ['an empty folder', ['audit', 'nothing'], /nothing: is a folder without files/],
    ['a folder without evidence', ['audit', 'notes'], /known format/],
    ['a glob that matches nothing', ['audit', '*.avro'], /avro/],
    ['empty standard input', ['audit', '-'], /empty/],
    ['an ending of no format', ['audit', 'sound.jsonl', '-o', 'report.pdf'], /report\.pdf/],
    ['an output folder that is missing', ['audit', 'sound.jsonl', '-o', 'reports/r.html'], /reports/],
    ['an output that is a folder', ['audit', 'sound.jsonl', '-o', 'folder.html'], /it is a folder/],
    ['an output over the evidence', ['audit', 'over.json', '-o', 'over.json'], /evidence and report at once/],
  ])('are 2 for %s, with a word on what to do', async (_, words, said) => {
    const stranger = new Stranger()
      .has('sound.jsonl', soundLines)
      .has('over.json', soundLines)
      .has('pizza.json', '{"pizza": "margherita"}')
      .has('empty.json', '')
      .has('notes/README.md', '# Notes\n')
    mkdirSync(join(stranger.folder, 'nothing'))
    mkdirSync(join(stranger.folder, 'folder.html'))
    const before = stranger.files()
    const { code, stdout, stderr } = await stranger.run(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stranger.files()).toEqual(before)
    expect(stranger.leftovers()).toEqual([])
  })

  it.runIf(process.platform === 'linux')('are 2 for an output that cannot be made, not even by root', async () => {
    const stranger = new Stranger().has('sound.jsonl', soundLines)
    const { code, stderr } = await stranger.run(['audit', 'sound.jsonl', '-o', '/proc/report.json'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('cannot write the report') })
    expect(stranger.leftovers()).toEqual([])
  })
})

describe('a run among others', () => {
  it('keeps its exit code when the reader has gone', async () => {
    const stranger = new Stranger().has('faulty.jsonl', faultyLines)
    const running = stranger.start(['audit', 'faulty.jsonl', '--format', 'json'])
    running.process.stdout?.destroy()
    const { code, stderr } = await running.ended
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  })

  it('is quiet in a pipe to head', async () => {
    const stranger = new Stranger().has('faulty.jsonl', faultyLines)
    const shell = spawn('sh', ['-c', `"$0" "$1" audit faulty.jsonl | head -n 1`, process.execPath, builtCommand()], {
      cwd: stranger.folder,
      env: { ...process.env, TMPDIR: stranger.temporary },
    })
    let stdout = ''
    let stderr = ''
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    await once(shell, 'close')
    expect({ lines: stdout.split('\n').length, stderr }).toEqual({ lines: 2, stderr: '' })
    expect(stranger.leftovers()).toEqual([])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind after %s', async (signal) => {
    const stranger = new Stranger().has('big.jsonl', toOtlpJsonLines(shop(2_000, 20).spans))
    const running = stranger.start(['audit', 'big.jsonl', '-o', 'report.html'])
    await expect.poll(() => stranger.leftovers().length, { timeout: 20_000 }).toBeGreaterThan(0)
    running.process.kill(signal)
    const { code, stdout, stderr } = await running.ended
    expect({ code, stdout }).toEqual({ code: signal === 'SIGINT' ? 130 : 143, stdout: '' })
    expect(stderr).toBe('\nfaultline: stopped\n')
    await expect.poll(() => stranger.leftovers(), { timeout: 20_000 }).toEqual([])
    expect(stranger.files()).toEqual(['big.jsonl'])
  })

  it('does not disturb another in the same folder', async () => {
    const stranger = new Stranger().has('faulty.jsonl', faultyLines).has('sound.jsonl', soundLines)
    const words = (name: string) => ['audit', `${name}.jsonl`, '-o', `${name}.json`, '-o', 'same.html']
    const both = await Promise.all([stranger.run(words('faulty')), stranger.run(words('sound'))])
    expect(both.map((ended) => ended.code)).toEqual([1, 0])
    expect(stranger.files()).toEqual(['faulty.json', 'faulty.jsonl', 'same.html', 'sound.json', 'sound.jsonl'])
    for (const [name, spans] of [['faulty', faulty.spans.length] as const, ['sound', sound.spans.length] as const])
      expect(spansOf(parse(readFileSync(join(stranger.folder, `${name}.json`), 'utf8')))).toEqual([spans])
    expect(stranger.leftovers()).toEqual([])
  })
})
