/**
 * The command line as it is shipped: `dist/`, built anew when a source is younger.
 * Only one test file may use it at a time, since building empties nothing but does overwrite.
 */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'

const root = fileURLToPath(new URL('../../', import.meta.url))

const modified = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Path of the built `main.js`. */
export function builtCommand(): string {
  const main = `${root}dist/cli/main.js`
  const youngest = Math.max(...globSync('src/**', { cwd: root, absolute: true }).map(modified))
  if (modified(main) < youngest) execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'pipe' })
  return main
}
