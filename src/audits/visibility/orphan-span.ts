/**
 * Spans that name a parent nobody has: the trace is torn, and everything above the tear is guesswork.
 *
 *     storefront ─▶ [ ? ] ─▶ catalogue      the parent's id came over the wire, its span never reached the backend
 *
 * The orphan's service did nothing wrong: it was handed a parent. So the edge is blamed, with whoever is the parent of the same
 * operation where it was seen. Confused with a window that ends too early: children are exported before parents, so the last traces of
 * any recording lack some. Orphans that all start within one slow request of the end are left alone.
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
    why: 'A lost export now and then is normal; more is a sampler or an exporter that disagrees with its neighbours.',
    source: 'Instrumentation Score SPA-002',
  },
  orphanTraces: {
    default: 5,
    unit: 'traces',
    why: 'A restart or one lost batch tears a few traces and is over.',
    source: 'house',
  },
  traces: {
    default: 20,
    unit: 'traces',
    why: 'A share of fewer traces says nothing.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'gaps' | 'services' | 'replies' | 'requests' | 'overview'>
type Gap = SurveyRows['gaps'][number]

/** Whoever most often calls this service without an answer: the likely parent when no orphan's like has one. */
function silentCaller(service: string, replies: SurveyRows['replies']): string {
  const lost = new Map<string, number>()
  for (const reply of replies)
    if (reply.callee === service && reply.caller !== service)
      lost.set(reply.caller, (lost.get(reply.caller) ?? 0) + reply.reached)
  const ordered = [...lost].filter(([, calls]) => calls > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return ordered[0]?.[0] ?? ''
}

/** True for orphans of the last moments, whose parents were still open when the recording ended. */
function cutByTheEnd(gap: Gap, { requests, overview }: Needs): boolean {
  const window = overview[0]
  if (!window) return false
  const slowestMs = Math.max(0, ...requests.map((request) => request.p99Ms))
  return slowestMs < (window.endMs - window.startMs) / 2 && gap.firstTenthMs >= window.endMs - slowestMs
}

export const orphanSpan = defineAudit<Needs, typeof limits>({
  id: 'orphan-span',
  family: 'visibility',
  title: 'Every span’s parent is in its trace',
  failureTitle: 'Spans have a parent that is missing',
  definition:
    'Share of a service’s traces in which one of its spans has a parent id that is not in the trace, by the edge over which the parent id came.',
  why: 'When a request is slow at night, the part of the trace that says who waited for what is the part that is missing. Every figure that follows a call from its caller (latency, fan-out, errors passed on) is wrong by the missing share.',
  fix: 'Look at the service that is the parent: does it export (endpoint, batch queue full, process killed before flush), and does it sample by its own rule? Let all use parent-based sampling, and let proxies that write traceparent export their spans or pass the header through unchanged.',
  verify: 'Record again: the share of traces with a missing parent on this edge falls under the limit.',
  needs: ['gaps', 'services', 'replies', 'requests', 'overview'],
  limits,
  references: [
    {
      title: 'Instrumentation Score, SPA-002',
      url: 'https://github.com/instrumentation-score/spec/blob/main/rules/SPA-002.md',
    },
    { title: 'OpenTelemetry sampling', url: 'https://opentelemetry.io/docs/concepts/sampling/' },
  ],
  examples: {
    fires: [
      {
        name: 'two in a hundred traces lost the storefront',
        rows: {
          overview: [{ traces: 1000, spans: 9000, endMs: 600_000 }],
          services: [{ service: 'catalogue', traces: 1000 }],
          gaps: [
            {
              service: 'catalogue',
              operation: 'GET /books/{id}',
              orphans: 11,
              orphanTraces: 11,
              caller: 'storefront',
              firstTenthMs: 40_000,
              traceIds: ['a1'],
              spanIds: ['b1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'a caller that is never seen as parent',
        rows: {
          overview: [{ traces: 20, spans: 90, endMs: 600_000 }],
          services: [{ service: 'catalogue', traces: 20 }],
          gaps: [{ service: 'catalogue', operation: 'GET /books/{id}', orphans: 5, orphanTraces: 5 }],
          replies: [{ caller: 'storefront', callee: 'catalogue', calls: 20, reached: 6 }],
        },
      },
    ],
    quiet: [
      {
        name: 'one in a hundred traces',
        rows: {
          overview: [{ traces: 1000, endMs: 600_000 }],
          services: [{ service: 'catalogue', traces: 1000 }],
          gaps: [{ service: 'catalogue', orphans: 10, orphanTraces: 10, firstTenthMs: 40_000 }],
        },
      },
      {
        name: 'four torn traces',
        rows: {
          overview: [{ traces: 20, endMs: 600_000 }],
          services: [{ service: 'catalogue', traces: 20 }],
          gaps: [{ service: 'catalogue', orphans: 40, orphanTraces: 4 }],
        },
      },
      {
        name: 'nineteen traces',
        rows: {
          overview: [{ traces: 19, endMs: 600_000 }],
          services: [{ service: 'catalogue', traces: 19 }],
          gaps: [{ service: 'catalogue', orphans: 19, orphanTraces: 19 }],
        },
      },
      {
        name: 'parents that were still open at the end of the recording',
        rows: {
          overview: [{ traces: 1000, startMs: 0, endMs: 600_000 }],
          requests: [{ service: 'storefront', traces: 1000, p99Ms: 2000 }],
          services: [{ service: 'catalogue', traces: 1000 }],
          gaps: [{ service: 'catalogue', orphans: 30, orphanTraces: 30, firstTenthMs: 598_500 }],
        },
      },
    ],
  },
  evidence: ({ services }, limit) => ({
    applicable: true,
    samples: Math.max(0, ...services.map((service) => service.traces)),
    least: limit.traces,
    of: 'traces of the busiest service',
    advice: `Record at least ${limit.traces} traces.`,
  }),
  audit: (rows, limit) => {
    const { gaps, services, replies, overview } = rows
    const tracesOf = new Map(services.map((service) => [service.service, service.traces]))
    const edges = grouped(
      gaps
        .filter((gap) => !cutByTheEnd(gap, rows))
        .map((gap) => ({ ...gap, caller: gap.caller || silentCaller(gap.service, replies) })),
      (gap) => `${gap.service}\0${gap.caller}`,
    )
    const findings: FindingDraft[] = []
    for (const edge of edges.values()) {
      const [first] = edge.toSorted((a, b) => b.orphans - a.orphans || (a.operation < b.operation ? -1 : 1))
      if (!first) continue
      const traces = tracesOf.get(first.service) ?? 0
      const torn = Math.min(
        traces,
        edge.reduce((sum, gap) => sum + gap.orphanTraces, 0),
      )
      const orphans = edge.reduce((sum, gap) => sum + gap.orphans, 0)
      const share = traces > 0 ? torn / traces : 0
      if (traces < limit.traces || torn < limit.orphanTraces || share <= limit.traceShare) continue
      const blame =
        first.caller === ''
          ? 'no such span was seen with its parent: whoever calls it passes the trace on and exports nothing'
          : first.caller === first.service
            ? 'where the parent is seen it is a span of the same service: some of its own spans are lost on export'
            : `its caller is ${first.caller}, whose spans are lost, dropped or sampled by another rule`
      findings.push({
        severity: 'warning',
        message: `${percent(share)} of the traces through ${first.service} have spans of it without their parent (${orphans} spans, most of them ${first.operation}); ${blame}.`,
        where:
          first.caller === '' || first.caller === first.service
            ? { service: first.service }
            : { service: first.caller, peer: first.service },
        measured: { value: share, unit: 'ratio' },
        limit: { value: limit.traceShare, unit: 'ratio' },
        cost: { value: torn, unit: 'traces' },
        share: torn / Math.max(1, overview[0]?.traces ?? 0),
        proof: joinedProof(edge.map((gap) => sampledProof(gap.traceIds, gap.spanIds, gap.orphans))),
      })
    }
    return findings
  },
})
