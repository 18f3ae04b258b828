/** The example report with every name of the evidence replaced by an attack: HTML, ANSI, Markdown, workflow commands, SQL, RTL marks, 1 MB. */
import type { Finding, Place } from '../../src/model/finding.js'
import type { Report } from '../../src/model/report.js'
import { brokenReport } from './example-report.js'

export const attacks = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u001b[2J\u001b[31mred\u0007\u009b1m',
  'name\n::error title=planted::planted by evidence\r\n',
  '\u202Etxt.exe\u2066\u200b',
  "'; DROP TABLE otel_traces; -- ",
  '__proto__',
  '| a | b | `code` **bold** [link](javascript:alert(1)) ![image](https://evil.example/x.png)',
  '@everyone #123 https://evil.example www.evil.example :tada: GH-1',
  '</details></summary> & &lt; {0} %0A ,:',
  '\ud800 half a surrogate',
  'M'.repeat(1_000_000),
] as const

function place(index: number): Place {
  const at = (offset: number) => attacks[(index + offset) % attacks.length] ?? ''
  return {
    service: at(0),
    peer: at(1),
    operation: at(2),
    store: at(3),
    table: at(4),
    keyPattern: at(5),
    destination: at(6),
    path: [at(7), at(8), at(9)],
  }
}

export function hostileReport(): Report {
  const report = brokenReport()
  const pick = (index: number) => attacks[index % attacks.length] ?? ''
  const template = report.audits.flatMap((audit) => audit.findings)[0]
  if (template === undefined) throw new Error('the example has no findings')
  const findings = attacks.map((attack, index): Finding => ({
    ...template,
    fingerprint: index.toString(16).padStart(16, '0'),
    message: `the name is ${attack}`,
    where: place(index),
    prescription: { title: `mends ${attack}`, language: 'sh', text: `first ${attack}\nsecond ${attack}` },
    proof: { traceIds: [attack], spanIds: [attack], samples: 3 },
  }))
  return {
    ...report,
    evidence: attacks.map((attack) => ({
      source: attack,
      importer: 'otlp-json',
      rows: { spans: 10 },
      losses: [{ id: 'bad-row', count: 2, advice: `because of ${attack}` }],
    })),
    system: {
      ...report.system,
      services: report.system.services.map((service, index) => ({ ...service, name: pick(index) })),
      requests: report.system.requests.map((request, index) => ({
        ...request,
        service: pick(index),
        operation: pick(index + 4),
      })),
    },
    audits: report.audits.map((audit, index) => ({
      ...audit,
      ...(audit.reason === undefined ? {} : { reason: `it saw ${pick(index)}` }),
      blind: audit.blind.length > 0 ? [...attacks] : [],
      findings: audit.outcome === 'fail' ? findings : [],
    })),
  }
}

/** What no report may contain, whatever its format: characters that act on a terminal or reorder text. */
export const acting =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/u
