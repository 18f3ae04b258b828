/**
 * The house as its own audit: layers, names, comments. The linter's layers are proven on forbidden imports planted in a copy of
 * the tree, since a linter with a mistyped pattern passes everything.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baseTables } from '../scripts/generate/reference-pages.js'
import { audits } from '../src/audits/index.js'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = globSync(['src/**/*.{ts,tsx}'], { cwd: root }).sort()
const generated = new Set(['src/audits/index.ts', 'src/survey/rows.ts'])

describe('layers', () => {
  let copy = ''
  const planted: [file: string, from: string, sentence: RegExp | undefined][] = [
    ['src/model/audit.ts', '../lib/text.js', /imports nothing but itself/],
    ['src/model/audit.ts', 'zod', /no package/],
    ['src/lib/text.ts', '../model/units.js', /no idea of the domain/],
    ['src/lib/text.ts', 'string-width', undefined],
    ['src/importers/jaeger.ts', '../store/store.js', /Importers do not know/],
    ['src/importers/common/json-text.ts', '../../survey/rows.js', /Importers do not know/],
    ['src/importers/jaeger.ts', '../model/importer.js', undefined],
    ['src/store/store.ts', '../survey/rows.js', /runs SQL for others/],
    ['src/survey/survey.ts', '../importers/losses.js', /sees the store/],
    ['src/survey/survey.ts', '../store/store.js', undefined],
    ['src/audits/services/chatty-pair.ts', '../../store/store.js', /pure function over rows/],
    ['src/audits/services/chatty-pair.ts', '../../survey/survey.js', /nothing else of the survey/],
    ['src/audits/services/chatty-pair.ts', '../../survey/statements/tokens.js', /nothing else of the survey/],
    ['src/audits/services/chatty-pair.ts', '../../survey/rows.js', /Import the rows as types/],
    ['src/audits/services/chatty-pair.ts', 'node:fs', /An audit is pure/],
    ['src/audits/services/chatty-pair.ts', 'zod', /plain TypeScript/],
    ['src/audits/services/chatty-pair.ts', '../../model/audit.js', undefined],
    ['src/draw/waterfall/draw.tsx', '../../report/score.js', /Drawings know/],
    ['src/report/reporters/json.ts', '../../engine/run.js', /one object, the Report/],
    ['src/report/reporters/json.ts', '../../draw/curve.js', undefined],
    ['src/engine/run.ts', '../cli/main.js', /does not know who asked/],
    ['src/cli/main.ts', '../store/store.js', /nothing of store/],
    ['src/cli/main.ts', '../engine/run.js', undefined],
  ]

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'faultline-layers-'))
    const configuration = JSON.parse(read('.oxlintrc.json')) as Record<string, unknown>
    // Types are not needed to see an import, and the copy has none.
    writeFileSync(join(copy, '.oxlintrc.json'), JSON.stringify({ ...configuration, options: { typeAware: false } }))
  })
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  it.each(planted)('%s with %s', (file, from, sentence) => {
    const path = join(copy, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `/** A planted import. */\nimport { thing } from '${from}'\nexport const used = thing\n`)
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), file], {
      cwd: copy,
      encoding: 'utf8',
    })
    rmSync(path)
    if (sentence === undefined) expect(stdout).not.toContain('no-restricted-imports')
    else expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(sentence)
  })

  it('lets an audit import rows as types', () => {
    const file = 'src/audits/data/slow-query.ts'
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(
      join(copy, file),
      "import type { SurveyRows } from '../../survey/rows.js'\nexport type Needs = SurveyRows\n",
    )
    const { stdout, status } = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), file], {
      cwd: copy,
      encoding: 'utf8',
    })
    expect({ stdout, status }).toMatchObject({ status: 0 })
  })
})

describe('dead exports', () => {
  it('are found, however new the compiler is', () => {
    const copy = mkdtempSync(join(tmpdir(), 'faultline-dead-'))
    try {
      for (const file of ['knip.json', 'package.json', 'tsconfig.json']) cpSync(join(root, file), join(copy, file))
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
      mkdirSync(join(copy, 'src/lib'), { recursive: true })
      writeFileSync(join(copy, 'src/index.ts'), "export { shelve } from './lib/shelf.js'\n")
      writeFileSync(join(copy, 'src/lib/shelf.ts'), 'export const shelve = 1\nexport const forgotten = 2\n')
      const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/knip/bin/knip.js'), '--exports'], {
        cwd: copy,
        encoding: 'utf8',
      })
      expect(stdout).toContain('forgotten')
      expect(stdout).not.toContain('shelve')
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
})

describe('files', () => {
  const written = sources.filter((path) => !generated.has(path))

  it.each(written)('%s opens with a comment and is short', (path) => {
    const text = read(path)
    expect(text).toMatch(/^(?:#!.*\n)?(?:\/\*\*?|\/\/) ?\S|^(?:#!.*\n)?\/\*\*?\n/)
    // About 250: a file that is a little longer is better than one that is cut in the wrong place.
    expect(text.split('\n').length).toBeLessThanOrEqual(280)
    expect(basename(path)).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.tsx?$/)
    expect(basename(path)).not.toMatch(/\b(?:utils?|helpers?|managers?|detectors?|insights?)\b/)
  })

  it.each(
    globSync(['test/**/*.ts', 'scripts/*.{ts,mjs}', 'scripts/generate/*.ts', 'bench/**/*.ts'], { cwd: root }).sort(),
  )('%s opens with a comment', (path) => expect(read(path)).toMatch(/^(?:#!.*\n)?\/[/*]/))

  it('use one word a thing, and silence no tool', () => {
    const words =
      /\b(?:export )?(?:function|const|class|interface|type) \w*(?:Detector|Insight|Helper|Utils?|Manager)s?\b/
    const silences = /@ts-(?:ignore|expect-error|nocheck)|(?:eslint|oxlint)-disable|prettier-ignore|\b(?:TODO|FIXME)\b/
    for (const path of sources) {
      const text = read(path)
      expect({ path, found: words.exec(text)?.[0] ?? silences.exec(text)?.[0] }).toEqual({ path, found: undefined })
    }
  })
})

describe('relations', () => {
  const relations = globSync('src/survey/*/*.sql', { cwd: root }).sort()

  it.each(relations)('%s is documented and gives the same rows every time', (path) => {
    const text = read(path)
    expect(text).toMatch(/^-- \S/)
    const code = text.replaceAll(/^\s*--.*$/gm, '').replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''")
    // A table's columns are named; only a step of the same file may be taken over whole.
    const steps = new Set([...code.matchAll(/^ {4}(\w+) AS$/gm)].map(([, step]) => step))
    const taken = [...code.matchAll(/\bSELECT\s+\*[^]*?\bFROM\s+([\w(]+)/gi)].map(([, from]) => from)
    expect(taken.filter((from) => !steps.has(from))).toEqual([])
    expect(code).not.toMatch(/\b(?:now|today|rand\w*|any|anyLast|first_value|groupArraySample)\s*\(/i)
    if (/\bLIMIT\b/i.test(code)) expect(code).toMatch(/\bORDER BY\b/i)
    if (!path.includes('/prepare/')) expect(text).toMatch(/^-- [a-z]\w*: \S/m)
  })

  it('base tables have a comment on every column', () => {
    const tables = baseTables(root)
    expect(tables.length).toBeGreaterThan(5)
    for (const { purpose } of tables) expect(purpose).not.toBe('')
  })
})

describe('audits', () => {
  const files = globSync('src/audits/*/*.ts', { cwd: root })

  it.each(audits.map((audit) => [audit.id, audit] as const))('%s is where its id says', (id, audit) => {
    expect(files).toContain(`src/audits/${audit.family}/${id}.ts`)
    expect(new Set(audit.references.map(({ url }) => new URL(url).protocol)).size).toBeLessThanOrEqual(1)
    for (const limit of Object.values(audit.limits)) expect(limit.why.length).toBeGreaterThan(10)
  })

  it('have a planted fault each', () => {
    const planted = globSync('test/planted/*.ts', { cwd: root }).map((path) => basename(path, '.ts'))
    expect(audits.map(({ id }) => id).filter((id) => !planted.includes(id))).toEqual([])
  })
})
