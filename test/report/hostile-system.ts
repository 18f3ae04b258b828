/** The example with hostile names throughout its system map, waterfalls and evidence; hostile-report.ts has them in every finding. */
import type { Report } from '../../src/model/report.js'
import { exampleReport } from './example-report.js'

export const systemNames: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '\u001b[31mred\u001b[0m\u0007',
  '\u202eevil\u202c \u2066shop\u2069',
  '__proto__',
  'constructor',
  '</script><script>alert(2)</script>',
  '<!--<script>',
  'line\u2028separator\u2029\u0000null',
  '${alert(1)} {{alert(1)}}',
  'מכירת ספרים',
  'A'.repeat(1_000_000),
]

export function hostileSystemReport(): Report {
  const report = exampleReport()
  const renamed = new Map(
    report.system.services.map((service, number) => [service.name, systemNames[number] ?? service.name]),
  )
  const rename = (name: string): string => renamed.get(name) ?? name
  for (const service of report.system.services) service.name = rename(service.name)
  for (const call of report.system.calls) {
    call.from = rename(call.from)
    call.to = rename(call.to)
    call.protocol = '<b>http</b>\u001b[0m'
  }
  for (const request of report.system.requests) {
    request.service = rename(request.service)
    request.operation = '<script>alert(1)</script>\u202e'
  }
  for (const [number, audit] of report.audits.entries()) {
    audit.blind = ['<script>alert(1)</script>']
    for (const finding of audit.findings) {
      const name = systemNames[number % systemNames.length] ?? ''
      finding.message = `${name} calls ${name} too often`
      finding.where = { ...finding.where, service: name, operation: name, table: name, path: [...systemNames] }
      finding.proof.traceIds = [...finding.proof.traceIds, name]
    }
  }
  for (const [number, exhibit] of report.exhibits.entries()) {
    for (const span of exhibit.spans) {
      span.service = rename(span.service)
      span.operation = systemNames[number] ?? ''
      span.statement = '</script><script>alert(3)</script>'
    }
  }
  for (const entry of report.evidence) entry.source = '<script>alert(1)</script>/\u202etraces'
  report.run.arguments = ['audit', '<script>alert(1)</script>']
  return report
}
