/** Audits the files of its arguments in this process and prints the reports as JSON lines: a second process for the golden systems. */
import { runAudit } from '../../src/engine/run.js'

for (const file of process.argv.slice(2)) {
  process.stdout.write(`${JSON.stringify(await runAudit({ evidence: [file] }))}\n`)
}
