/**
 * `npm run new audit <family>/<id>`: an audit that compiles, and the system with the fault that it is to find.
 * The new audit judges nothing yet: its examples fail until its author has written what it looks for.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'
import { globSync } from 'tinyglobby'
import { families } from '../src/report/families.js'
import { formatted, root } from './generate.js'
import { auditTemplate, plantedTemplate } from './generate/audit-templates.js'

const usage = 'npm run new audit <family>/<id>, for example: npm run new audit caching/hot-key'

/** The files to write, or the reason why not. `taken` are the ids that exist. */
export function newAudit(
  argument: string,
  allowsNew: boolean,
  taken: ReadonlySet<string>,
): { files: Record<string, string> } | { refusal: string } {
  const [familyId = '', id = '', ...more] = argument.split('/')
  const family = families.find((candidate) => candidate.id === familyId)
  if (family === undefined) {
    return { refusal: `There is no family "${familyId}". Families: ${families.map((known) => known.id).join(', ')}.` }
  }
  if (more.length > 0 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) {
    return {
      refusal: `"${id}" is no id: use lower-case words joined by hyphens that name the fault, such as missing-timeout.`,
    }
  }
  if (taken.has(id)) return { refusal: `There is an audit ${id} already, and an id is used once.` }
  const owner = families.find(({ catalogue }) => catalogue.includes(id))
  if (owner !== undefined && owner.id !== familyId) {
    return { refusal: `The catalogue has ${id} in the family ${owner.id}: npm run new audit ${owner.id}/${id}` }
  }
  if (owner === undefined && !allowsNew) {
    const open = family.catalogue.filter((known) => !taken.has(known))
    return {
      refusal: `${id} is not in the catalogue of ${familyId} (open: ${open.join(', ') || 'none'}). If it is a new idea, add it to src/report/families.ts, or say so: npm run new audit ${argument} -- --new`,
    }
  }
  return {
    files: {
      [`src/audits/${familyId}/${id}.ts`]: auditTemplate(family.id, id),
      [`test/planted/${id}.ts`]: plantedTemplate(id),
    },
  }
}

async function main(given: readonly string[]): Promise<number> {
  const allowsNew = given.includes('--new')
  const [kind, argument, ...rest] = given.filter((word) => word !== '--new')
  if (kind !== 'audit' || argument === undefined || rest.length > 0) {
    process.stderr.write(`Usage: ${usage}\n`)
    return 2
  }
  const taken = new Set(globSync('src/audits/*/*.ts', { cwd: root }).map((path) => path.replace(/^.*\/|\.ts$/g, '')))
  const result = newAudit(argument, allowsNew, taken)
  if ('refusal' in result) {
    process.stderr.write(`${result.refusal}\n`)
    return 2
  }
  for (const [path, text] of Object.entries(result.files)) {
    const file = resolve(root, path)
    if (existsSync(file)) {
      process.stderr.write(`${path} exists and was left as it is.\n`)
      continue
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, await formatted(path, text))
    process.stdout.write(`${path}\n`)
  }
  process.stdout.write('Next: docs/adding-an-audit.md\n')
  return (
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/generate.ts'], { cwd: root, stdio: 'inherit' }).status ?? 3
  )
}

if (process.argv[1] === resolve(root, 'scripts/new.ts')) process.exitCode = await main(process.argv.slice(2))
