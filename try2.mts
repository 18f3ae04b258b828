import { runAudit } from './src/engine/run.js'
import { loadCharter } from './src/charter/load.js'
import { audits } from './src/audits/index.js'
const v = process.argv[2]!
const files = process.argv.slice(3).map((f) => `demo/bookshop/recording/${v}/${f}`)
const report = await runAudit({ evidence: files, charter: await loadCharter(`demo/bookshop/charter/${v}/faultline.yaml`, { audits }) })
for (const r of report.charter!.requirements) console.log(r.id, r.verdict, JSON.stringify(r.targets))
for (const d of report.charter!.decisions) console.log(d.id, d.verdict, d.status, d.date, JSON.stringify(d.links))
for (const a of report.audits) if (a.id.includes('requirement')) console.log(a.id, a.outcome, a.findings.map((f) => f.message), a.blind)
