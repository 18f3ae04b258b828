/**
 * Spans that are there and do not say enough: a query without its server, an HTTP call without its path, a message without its queue.
 *
 *     CLIENT "query"  db.system=postgresql      which database? which table? shared with whom? nobody can tell
 *
 * What cannot exist is not missing: a call that died without an answer has no status, a database inside the process no address,
 * opening a connection no statement, a publish no message id yet. Some instrumentations (Zipkin's) write a status for failures alone:
 * it is missing only where others have one. A kind of which a service has few spans is not judged.
 */
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  usableShare: {
    default: 0.9,
    unit: 'ratio',
    why: 'Instrumentation that works gives nearly every span its attributes; one that does not is old, partial or made by hand.',
    source: 'house',
  },
  spans: {
    default: 20,
    unit: 'spans',
    why: 'A share of fewer spans says nothing.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'attributeCoverage' | 'overview'>
type Coverage = SurveyRows['attributeCoverage'][number]

const kindNames: Record<string, string> = { store: 'store', http: 'HTTP', messaging: 'messaging' }

/** Whether the service's instrumentation gives successes a status: a stray one (a second library) does not say so. */
function writesStatus(row: Coverage): boolean {
  return row.successes >= row.spans / 10
}

/** Spans that lack nothing. */
function usable(row: Coverage): number {
  return row.usable - (writesStatus(row) ? row.statusless : 0)
}

/** Attributes that are missing most, with their counts. */
function missingText(row: Coverage): string {
  const missing = row.missing.map((attribute, index) => ({ attribute, spans: row.missingSpans[index] ?? 0 }))
  if (writesStatus(row) && row.statusless > 0)
    missing.push({ attribute: 'http.response.status_code', spans: row.statusless })
  return missing
    .sort((a, b) => b.spans - a.spans || (a.attribute < b.attribute ? -1 : 1))
    .map(({ attribute, spans }) => `${attribute} (${spans} spans)`)
    .join(', ')
}

export const unusableAttributes = defineAudit<Needs, typeof limits>({
  id: 'unusable-attributes',
  family: 'visibility',
  title: 'Spans say what they did, and to whom',
  failureTitle: 'Spans lack the attributes that make them useful',
  definition:
    'Share of a service’s store, HTTP and messaging spans that carry what audits need (store: address, and namespace or statement; HTTP: method, route or path, status, and the callee of a call; messaging: system and destination, and of processed messages an id or a link); the worst kind counts.',
  why: 'At 3 AM the span says "query, 4 s". Which database, which statement? Half of the audits in this report stay silent for such a service, and silence reads as health.',
  fix: 'Use the instrumentation library of the driver or framework in a current version instead of spans made by hand; if statements are switched off for privacy, switch on sanitised ones. The finding names the attributes; the semantic conventions say what goes into them.',
  verify:
    'Record again: the share of usable spans of this service rises over the limit, and audits that were blind for it are not.',
  needs: ['attributeCoverage', 'overview'],
  limits,
  references: [
    {
      title: 'Semantic conventions for database spans',
      url: 'https://opentelemetry.io/docs/specs/semconv/database/database-spans/',
    },
    {
      title: 'Semantic conventions for HTTP spans',
      url: 'https://opentelemetry.io/docs/specs/semconv/http/http-spans/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'eleven in a hundred queries without address; HTTP is fine',
        rows: {
          overview: [{ traces: 100 }],
          attributeCoverage: [
            {
              service: 'stock',
              kind: 'store',
              spans: 100,
              usable: 89,
              traces: 11,
              missing: ['server.address'],
              missingSpans: [11],
              traceIds: ['a1'],
              spanIds: ['b1'],
            },
            { service: 'stock', kind: 'http', spans: 100, usable: 100 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a status on some successes only',
        rows: {
          overview: [{ traces: 100 }],
          attributeCoverage: [
            { service: 'stock', kind: 'http', spans: 100, usable: 100, statusless: 11, successes: 89 },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'two kinds of one service are one finding, the worst',
        rows: {
          overview: [{ traces: 100 }],
          attributeCoverage: [
            { service: 'stock', kind: 'store', spans: 20, usable: 10, missing: ['server.address'], missingSpans: [10] },
            { service: 'stock', kind: 'http', spans: 20, usable: 17, missing: ['url.full'], missingSpans: [3] },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'ninety of a hundred',
        rows: {
          overview: [{ traces: 100 }],
          attributeCoverage: [
            {
              service: 'stock',
              kind: 'store',
              spans: 100,
              usable: 90,
              missing: ['server.address'],
              missingSpans: [10],
            },
          ],
        },
      },
      {
        name: 'a status for failures alone',
        rows: {
          overview: [{ traces: 100 }],
          attributeCoverage: [
            { service: 'stock', kind: 'http', spans: 100, usable: 100, statusless: 91, successes: 9 },
          ],
        },
      },
      {
        name: 'nineteen queries',
        rows: {
          overview: [{ traces: 100 }],
          attributeCoverage: [
            { service: 'stock', kind: 'store', spans: 19, usable: 0, missing: ['server.address'], missingSpans: [19] },
            { service: 'stock', kind: 'http', spans: 100, usable: 100 },
          ],
        },
      },
    ],
  },
  evidence: ({ attributeCoverage, overview }, limit) => ({
    applicable: attributeCoverage.length > 0 || (overview[0]?.spans ?? 0) === 0,
    reason: 'No span calls a store, speaks HTTP or carries a message.',
    samples: Math.max(0, ...attributeCoverage.map((row) => row.spans)),
    least: limit.spans,
    of: 'spans of one kind in one service',
    advice: `Record at least ${limit.spans} store, HTTP or messaging spans of a service.`,
    blind: attributeCoverage
      .filter((row) => row.spans < limit.spans)
      .map((row) => `${row.service}: ${row.spans} ${kindNames[row.kind] ?? row.kind} spans`),
  }),
  audit: ({ attributeCoverage, overview }, limit) => {
    const poor = attributeCoverage.filter(
      (row) => row.spans >= limit.spans && usable(row) / row.spans < limit.usableShare,
    )
    return [...grouped(poor, (row) => row.service).values()].flatMap((kinds): FindingDraft[] => {
      const [worst, ...others] = kinds.toSorted(
        (a, b) => usable(a) / a.spans - usable(b) / b.spans || b.spans - a.spans || (a.kind < b.kind ? -1 : 1),
      )
      if (!worst) return []
      const also = others
        .map((row) => ` Its ${kindNames[row.kind] ?? row.kind} spans lack ${missingText(row)}.`)
        .join('')
      return [
        {
          severity: 'warning',
          message: `${percent(usable(worst) / worst.spans)} of the ${worst.spans} ${kindNames[worst.kind] ?? worst.kind} spans of ${worst.service} are usable; missing: ${missingText(worst)}.${also}`,
          where: { service: worst.service },
          measured: { value: usable(worst) / worst.spans, unit: 'ratio' },
          limit: { value: limit.usableShare, unit: 'ratio' },
          cost: { value: kinds.reduce((sum, row) => sum + row.spans - usable(row), 0), unit: 'spans' },
          share: worst.traces / Math.max(1, overview[0]?.traces ?? 0),
          proof: sampledProof(worst.traceIds, worst.spanIds, worst.spans - usable(worst)),
        },
      ]
    })
  },
})
