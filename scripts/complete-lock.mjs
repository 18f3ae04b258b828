/**
 * Adds to package-lock.json the optional packages of other platforms that `npm install` left out, so that `npm ci` works on all of them.
 * npm drops them when they cannot be fetched or when node_modules already exists (npm/cli#4828), and `npm ci` then refuses the lock.
 * Usage: node scripts/complete-lock.mjs [package-lock.json]
 */
import { readFileSync, writeFileSync } from 'node:fs'

const file = process.argv[2] ?? 'package-lock.json'
const lock = JSON.parse(readFileSync(file, 'utf8'))
const systems = new Set([
  'darwin',
  'linux',
  'win32',
  'android',
  'freebsd',
  'openharmony',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
])
const processors = new Set(['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'])

/** Where Node would look for a package that the one at `path` needs. */
function places(path, name) {
  const found = [`node_modules/${name}`]
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    found.push(`${at}/node_modules/${name}`)
  }
  return found
}

let added = 0
for (const [path, found] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(found.optionalDependencies ?? {})) {
    if (!/^\d/.test(version) || places(path, name).some((place) => place in lock.packages)) continue
    const words = name.split(/[-/.]/).map((word) => (word === 'windows' ? 'win32' : word))
    const os = words.find((word) => systems.has(word))
    const cpu = words.find((word) => processors.has(word))
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      ...(found.dev && { dev: true }),
      optional: true,
      ...(os && { os: [os] }),
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${file}: ${added} packages of other platforms added\n`)
