/**
 * Traces that do not begin with work: a CLIENT or PRODUCER span on top, or several tops in one trace.
 *
 *     [ CLIENT GET /stock ] ─▶ stock …        who asked for this, and why? the work around the call has no span
 *     [ SERVER ]   [ SERVER ]   one trace id   two halves that nobody can join
 *
 * Confused with what stands outside: browsers, load generators and scripts have nothing but the call. A service that is never entered
 * is one of these and gets a note. Two traces joined by a link are two traces, not two roots.
 */
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { joinedProof, sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  traceShare: {
    default: 0.01,
    unit: 'ratio',
    why: 'Rarer ones are start-up calls and lost headers.',
    source: 'Instrumentation Score SPA-004',
  },
  brokenTraces: {
    default: 5,
    unit: 'traces',
    why: 'A service that calls out once while it starts is no fault.',
    source: 'house',
  },
  traces: {
    default: 20,
    unit: 'traces',
    why: 'A share of fewer traces says nothing.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'roots' | 'services'>
type Root = SurveyRows['roots'][number]

/** Roles of spans of kind CLIENT and PRODUCER: what is asked of others. */
const outward = new Set(['client', 'query', 'producer'])

function total(rows: readonly Root[], count: (row: Root) => number): number {
  return rows.reduce((sum, row) => sum + count(row), 0)
}

function outwardRoots(
  service: string,
  rows: readonly Root[],
  traces: number,
  entered: boolean,
  traceShare: number,
): FindingDraft {
  const broken = total(rows, (row) => row.traces)
  const [busiest] = rows.toSorted((a, b) => b.traces - a.traces || (a.operation < b.operation ? -1 : 1))
  const meaning = entered
    ? 'the work that makes these calls has no span'
    : 'nothing ever enters this service, so it is an outside caller or a job without a span of its own'
  return {
    severity: entered ? 'warning' : 'note',
    message: `${percent(broken / traces)} of the traces begin with a call of ${service} (${broken} traces, most of them ${busiest?.operation ?? ''}): ${meaning}.`,
    where: { service },
    measured: { value: broken / traces, unit: 'ratio' },
    limit: { value: traceShare, unit: 'ratio' },
    cost: { value: broken, unit: 'traces' },
    share: broken / traces,
    proof: joinedProof(rows.map((row) => sampledProof(row.traceIds, row.spanIds, row.traces))),
  }
}

function severalRoots(rows: readonly Root[], traces: number, traceShare: number): FindingDraft {
  const broken = total(rows, (row) => row.several)
  const later = rows[0]?.laterServices ?? []
  const firsts = [...new Set(rows.map((row) => row.service))].sort()
  return {
    severity: 'warning',
    message: `${percent(broken / traces)} of the traces have several roots (${broken} traces): they begin in ${firsts.slice(0, 3).join(', ')}, and ${later.slice(0, 3).join(', ')} ${later.length === 1 ? 'has a root' : 'have roots'} of its own under the same trace id.`,
    where: later.length === 1 ? { service: later[0] ?? '' } : { path: later },
    measured: { value: broken / traces, unit: 'ratio' },
    limit: { value: traceShare, unit: 'ratio' },
    cost: { value: broken, unit: 'traces' },
    share: broken / traces,
    proof: joinedProof(
      rows.map((row) => ({ traceIds: row.severalTraceIds, spanIds: row.severalSpanIds, samples: row.several })),
    ),
  }
}

export const brokenRoot = defineAudit<Needs, typeof limits>({
  id: 'broken-root',
  family: 'visibility',
  title: 'Traces begin with one span that says what was asked',
  failureTitle: 'Traces begin in the middle',
  definition:
    'Share of traces whose root is a CLIENT or PRODUCER span, or that have more than one span without a parent id.',
  why: 'The root names the request: its latency, its errors and its rate are those of the product. A trace that begins with a call has no such name, its duration is that of one step, and all figures per request are computed on a stump.',
  fix: 'Give the work around the call a span of its own: instrument the framework that runs it (server, scheduler, consumer), or open an INTERNAL span in the job. Where a trace has several roots, pass the parent span as well as the trace id: the whole traceparent, not a correlation id.',
  verify: 'Record again: the traces named here begin with a SERVER, CONSUMER or INTERNAL span, and with only one.',
  needs: ['roots', 'services'],
  limits,
  references: [
    {
      title: 'Instrumentation Score, SPA-004',
      url: 'https://github.com/instrumentation-score/spec/blob/main/rules/SPA-004.md',
    },
  ],
  examples: {
    fires: [
      {
        name: 'two per cent begin with a call of a service that also serves',
        rows: {
          services: [{ service: 'orders', entries: 500 }],
          roots: [
            { service: 'storefront', operation: 'GET /books', role: 'server', traces: 989 },
            { service: 'orders', operation: 'POST /recount', role: 'client', traces: 11, traceIds: ['a1'] },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a load generator',
        rows: {
          services: [{ service: 'shoppers', entries: 0 }],
          roots: [{ service: 'shoppers', operation: 'GET /books', role: 'client', traces: 20 }],
        },
        severities: ['note'],
      },
      {
        name: 'five traces in two halves',
        rows: {
          services: [{ service: 'storefront', entries: 500 }],
          roots: [
            {
              service: 'storefront',
              operation: 'GET /books',
              role: 'server',
              traces: 100,
              several: 5,
              laterServices: ['catalogue'],
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'one in a hundred',
        rows: {
          services: [{ service: 'orders', entries: 500 }],
          roots: [
            { service: 'storefront', operation: 'GET /books', role: 'server', traces: 990, several: 10 },
            { service: 'orders', operation: 'POST /recount', role: 'client', traces: 10 },
          ],
        },
      },
      {
        name: 'four calls at start-up',
        rows: {
          services: [{ service: 'orders', entries: 500 }],
          roots: [
            { service: 'storefront', operation: 'GET /books', role: 'server', traces: 96, several: 4 },
            { service: 'orders', operation: 'GET /config', role: 'client', traces: 4 },
          ],
        },
      },
      {
        name: 'nineteen traces',
        rows: {
          services: [{ service: 'orders', entries: 500 }],
          roots: [{ service: 'orders', operation: 'GET /config', role: 'client', traces: 19 }],
        },
      },
      {
        name: 'a scheduled job with a span of its own',
        rows: {
          services: [{ service: 'orders', entries: 500 }],
          roots: [{ service: 'orders', operation: 'relay outbox', role: 'internal', traces: 500 }],
        },
      },
    ],
  },
  evidence: ({ roots }, limit) => ({
    applicable: true,
    samples: total(roots, (row) => row.traces),
    least: limit.traces,
    of: 'traces with a root',
    advice: `Record at least ${limit.traces} traces from their beginning.`,
  }),
  audit: ({ roots, services }, limit) => {
    const traces = total(roots, (row) => row.traces)
    const entered = new Set(services.filter((row) => row.entries > 0).map((row) => row.service))
    const tooMany = (broken: number) => broken >= limit.brokenTraces && broken / traces > limit.traceShare
    const findings: FindingDraft[] = []
    for (const [service, rows] of grouped(
      roots.filter((row) => outward.has(row.role)),
      (row) => row.service,
    ))
      if (tooMany(total(rows, (row) => row.traces)))
        findings.push(outwardRoots(service, rows, traces, entered.has(service), limit.traceShare))
    for (const rows of grouped(
      roots.filter((row) => row.several > 0),
      (row) => row.laterServices.join('\0'),
    ).values())
      if (tooMany(total(rows, (row) => row.several))) findings.push(severalRoots(rows, traces, limit.traceShare))
    return findings
  },
})
