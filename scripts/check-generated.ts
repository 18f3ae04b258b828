/** Fails when a generated file is not what `npm run generate` would write. It writes nothing itself. */
import { current, generate, leftovers } from './generate.js'

const stale: string[] = []
const paths = await generate((path, text) => {
  if (current(path) !== text) stale.push(path)
})
stale.push(...leftovers(paths))
if (stale.length > 0) {
  process.stderr.write(`Not fresh: ${stale.join(', ')}\nRun \`npm run generate\` and commit what it writes.\n`)
  process.exitCode = 1
}
