/**
 * What `npm run new audit` writes: a whole audit over `requests`, so that it compiles, has words in every place and examples that run.
 * It is a slow-request audit; its author replaces the judgement, not the shape.
 */
import type { FamilyId } from '../../src/model/audit.js'

export function camelCase(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export function auditTemplate(family: FamilyId, id: string): string {
  return `/**
 * The idea in one sentence.
 *
 *     root ── A ──▶ B        a small drawing of the fault
 *
 * Not the-other-audit, which …: say what this one is confused with.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  durationMs: {
    default: 1_000,
    unit: 'ms',
    why: 'Why the limit is here and not elsewhere.',
    source: 'house',
  },
  requests: {
    default: 20,
    unit: 'traces',
    why: 'A 95th percentile needs at least twenty requests.',
    source: 'n ≥ 1/(1−q)',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'requests'>

export const ${camelCase(id)} = defineAudit<Needs, typeof limits>({
  id: '${id}',
  family: '${family}',
  title: 'What holds when it passes',
  failureTitle: 'What holds when it fails',
  definition: 'The exact definition, in one or two sentences.',
  why: 'What the fault costs at three in the morning.',
  fix: 'How to mend it, in concrete steps.',
  verify: 'How to see that it is mended.',
  needs: ['requests'],
  limits,
  references: [{ title: 'Where the idea comes from', url: 'https://example.org/' }],
  examples: {
    fires: [
      {
        name: 'just over the limit',
        rows: {
          requests: [{ service: 'storefront', operation: 'POST /orders', traces: 20, p95Ms: 1_000, traceIds: ['a1'] }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'just under the limit',
        rows: { requests: [{ service: 'storefront', operation: 'POST /orders', traces: 20, p95Ms: 999 }] },
      },
    ],
  },
  evidence: ({ requests }, limit) => ({
    applicable: true,
    samples: Math.max(0, ...requests.map(({ traces }) => traces)),
    least: limit.requests,
    of: 'requests of the busiest operation',
    advice: \`Record at least \${limit.requests} requests of an operation.\`,
  }),
  audit: ({ requests }, limit) =>
    requests
      .filter(({ traces, p95Ms }) => traces >= limit.requests && p95Ms >= limit.durationMs)
      .map(
        ({ service, operation, traces, p95Ms, traceIds }): FindingDraft => ({
          severity: 'warning',
          message: \`\${operation} takes \${p95Ms} ms (95th percentile of \${traces} requests).\`,
          where: { service, operation },
          measured: { value: p95Ms, unit: 'ms' },
          limit: { value: limit.durationMs, unit: 'ms' },
          proof: { traceIds, spanIds: [], samples: traces },
        }),
      ),
})
`
}

export function plantedTemplate(id: string): string {
  return `/** A healthy bookshop with one fault: say which, and how it differs from what other audits look for. */
import { cleanSystem } from '../sketch/clean.js'
import type { Planted } from './planted.js'

export default {
  audit: '${id}',
  fault: 'what is wrong, in one sentence',
  spans() {
    const shop = cleanSystem()
    shop.repeat(120, (trace, i) => {
      trace.server('catalogue', 'GET /publishers/{id}', { path: \`/publishers/\${i}\` }, (catalogue) => {
        catalogue.work(2_000)
      })
    })
    return shop.spans
  },
} satisfies Planted
`
}
