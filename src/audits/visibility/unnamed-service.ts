/**
 * Spans that say nothing of who sent them: `service.name` is missing, or the SDK filled in its default.
 *
 *     unknown_service:node ── all processes that forgot their name are one service on the map
 *
 * The name is looked at here, which no other audit does: these names are the SDK's own, given for want of one.
 */
import { sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  spans: {
    default: 1,
    unit: 'spans',
    why: 'A process either sets its name or it does not.',
    source: 'Instrumentation Score RES-005',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'services' | 'overview'>

/** What SDKs and exporters write for a service without a name. */
const placeholder = /^(|unknown_service.*|unknown|OTLPResourceNoServiceName)$/is

export const unnamedService = defineAudit<Needs, typeof limits>({
  id: 'unnamed-service',
  family: 'visibility',
  title: 'Every span says which service it is of',
  failureTitle: 'A service has no name',
  definition: 'Spans whose service.name is missing or is the SDK’s default, unknown_service.',
  why: 'All processes without a name fall together into one, so their latency, errors and calls cannot be told apart, no alarm can be sent to an owner, and what looks like one busy service may be five.',
  fix: 'Set OTEL_SERVICE_NAME (or service.name in OTEL_RESOURCE_ATTRIBUTES) in the deployment of each process; the attributes of the proof traces (host, pod, process) tell which one it is.',
  verify: 'Record again: no service of that name is left, and the ones behind it appear under their own.',
  needs: ['services', 'overview'],
  limits,
  references: [
    {
      title: 'Instrumentation Score, RES-005',
      url: 'https://github.com/instrumentation-score/spec/blob/main/rules/RES-005.md',
    },
    {
      title: 'Semantic conventions: service.name',
      url: 'https://opentelemetry.io/docs/specs/semconv/resource/#service',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one span of nobody',
        rows: {
          overview: [{ traces: 10, spans: 50 }],
          services: [
            { service: 'storefront', spans: 49 },
            { service: 'unknown_service:node', spans: 1, traces: 1, traceIds: ['a1'] },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'everybody has a name, even an odd one',
        rows: {
          overview: [{ traces: 10, spans: 50 }],
          services: [
            { service: 'storefront', spans: 49 },
            { service: 'the unknown_service', spans: 1, traces: 1 },
          ],
        },
      },
      {
        name: 'a limit of two spans',
        rows: {
          overview: [{ traces: 10, spans: 50 }],
          services: [{ service: 'unknown_service', spans: 1, traces: 1 }],
        },
        limits: { spans: 2 },
      },
    ],
  },
  evidence: ({ overview }) => ({
    applicable: true,
    samples: overview[0]?.spans ?? 0,
    least: 1,
    of: 'spans',
    advice: 'Give it traces.',
  }),
  audit: ({ services, overview }, limit) => {
    const spans = overview[0]?.spans ?? 0
    return services
      .filter((row) => placeholder.test(row.service) && row.spans >= limit.spans)
      .map((row): FindingDraft => ({
        severity: 'warning',
        message: `${row.spans} of ${spans} spans come from a process without a name (${row.service || 'empty service.name'}${row.instances > 1 ? `, at least ${row.instances} instances` : ''}).`,
        where: { service: row.service },
        measured: { value: row.spans, unit: 'spans' },
        limit: { value: limit.spans, unit: 'spans' },
        cost: { value: row.spans, unit: 'spans' },
        share: row.traces / Math.max(1, overview[0]?.traces ?? 0),
        proof: sampledProof(row.traceIds, [], row.spans),
      }))
  },
})
