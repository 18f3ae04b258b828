/**
 * Span names with ids in them: every request invents a name, and nothing can be grouped by it.
 *
 *     GET /books/1   GET /books/2   GET /books/3 …       instead of   GET /books/{id}
 *
 * Confused with a service that simply does many things: two hundred routes are two hundred names, on Monday and on Friday. So the
 * names must grow with traffic: half of the traces (by a hash of their id) must know far fewer of them than all do.
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  names: {
    default: 100,
    unit: 'names',
    why: 'Metrics made from spans take one series a name; hundreds a service make their store slow and dear.',
    source: 'house',
  },
  nameShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'With one name for every ten spans no name has the samples for a percentile.',
    source: 'house',
  },
  spans: {
    default: 200,
    unit: 'spans',
    why: 'In fewer spans a large service shows every name once, and a healthy variety looks endless.',
    source: 'house',
  },
  growth: {
    default: 1.5,
    unit: 'ratio',
    why: 'Twice the traffic with twice the names is an id in the name; a bounded set stays near one.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'spanNames' | 'overview'>

/** Long names are cut: the end of a name with an id in it tells no more than its beginning. */
function quoted(name: string): string {
  return `"${name.length > 40 ? `${name.slice(0, 39)}…` : name}"`
}

export const unboundedSpanNames = defineAudit<Needs, typeof limits>({
  id: 'unbounded-span-names',
  family: 'visibility',
  title: 'Span names are a small, fixed set',
  failureTitle: 'Span names grow with traffic',
  definition:
    'Distinct span names of a service: more than a fixed number or more than a share of its spans, where all traces have clearly more names than half of them.',
  why: 'A dashboard by operation shows ten thousand lines with one point each; the slow operation is in there and cannot be seen. Backends that derive metrics from spans pay for each name, or drop what exceeds their limit.',
  fix: 'Name spans by the template and put the value into an attribute: http.route for servers, the method alone for HTTP clients without one, a fixed name for jobs and statements. If a library makes the names, rename in a span processor or in the Collector’s transform processor.',
  verify: 'Record again with twice the traffic: the service has as many span names as before.',
  needs: ['spanNames', 'overview'],
  limits,
  references: [
    { title: 'OpenTelemetry API: span name', url: 'https://opentelemetry.io/docs/specs/otel/trace/api/#span' },
    {
      title: 'Instrumentation Score, SPA-003 (span name cardinality)',
      url: 'https://github.com/instrumentation-score/spec/blob/main/rules/SPA-003.md',
    },
  ],
  examples: {
    fires: [
      {
        name: 'a hundred and one names, twice as many as half the traffic has',
        rows: {
          overview: [{ traces: 1000 }],
          spanNames: [
            {
              service: 'catalogue',
              spans: 5000,
              names: 101,
              halfNames: 60,
              rareNames: ['GET /books/1'],
              traceIds: ['a1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a name for every ninth span',
        rows: {
          overview: [{ traces: 200 }],
          spanNames: [{ service: 'catalogue', spans: 200, names: 22, halfNames: 12, rareNames: ['GET /books/1'] }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a hundred names in many spans',
        rows: {
          overview: [{ traces: 1000 }],
          spanNames: [{ service: 'catalogue', spans: 5000, names: 100, halfNames: 60 }],
        },
      },
      {
        name: 'many names, but half of the traffic knows them nearly all',
        rows: {
          overview: [{ traces: 1000 }],
          spanNames: [{ service: 'monolith', spans: 90_000, names: 300, halfNames: 240 }],
        },
      },
      {
        name: 'a tenth of the spans',
        rows: {
          overview: [{ traces: 200 }],
          spanNames: [{ service: 'catalogue', spans: 200, names: 20, halfNames: 11 }],
        },
      },
      {
        name: 'too few spans to judge',
        rows: {
          overview: [{ traces: 200 }],
          spanNames: [
            { service: 'catalogue', spans: 199, names: 120, halfNames: 60 },
            { service: 'stock', spans: 300, names: 4, halfNames: 4 },
          ],
        },
      },
    ],
  },
  evidence: ({ spanNames }, limit) => ({
    applicable: true,
    samples: Math.max(0, ...spanNames.map((row) => row.spans)),
    least: limit.spans,
    of: 'spans of the busiest service',
    advice: `Record at least ${limit.spans} spans of a service.`,
  }),
  audit: ({ spanNames }, limit) =>
    spanNames
      .filter((row) => {
        const many = row.names > limit.names || row.names / row.spans > limit.nameShare
        return row.spans >= limit.spans && many && row.names / Math.max(1, row.halfNames) >= limit.growth
      })
      .map((row): FindingDraft => {
        const byCount = row.names > limit.names
        const examples = row.rareNames.slice(0, 2).map(quoted).join(' and ')
        return {
          severity: 'warning',
          message: `${row.service} has ${row.names} span names in ${row.spans} spans, and half of its traces only ${row.halfNames}: names grow with traffic (${examples}).`,
          where: { service: row.service },
          measured: byCount
            ? { value: row.names, unit: 'names' }
            : { value: row.names / Math.max(1, row.spans), unit: 'ratio' },
          limit: byCount ? { value: limit.names, unit: 'names' } : { value: limit.nameShare, unit: 'ratio' },
          cost: { value: row.names, unit: 'names' },
          proof: sampledProof(row.traceIds, row.spanIds, row.spans),
        }
      }),
})
