/**
 * Retries that turn a stumble into a fall: too many attempts at one request, too many of all calls, or attempts that multiply over layers.
 *
 *     A ─3×▶ B ─3×▶ C        one click, nine calls to C, just when C is down
 *
 * An attempt is the same request again after it failed. Confused with: a loop over items that all fail (told apart by their URLs, where HTTP shows them)
 * and a caller that asks again later because a user did (another parent).
 */
import { grouped } from '../../lib/grouped.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { AttemptsRow, RetryLayersRow, SurveyRows } from '../../survey/rows.js'
import { toAnybody } from './call-evidence.js'

const limits = {
  attempts: {
    default: 3,
    unit: 'attempts',
    why: 'What failed three times is down; more attempts only keep it there.',
    source: 'SRE book',
  },
  retryShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'The retry budget of a client: above it retries are load of their own.',
    source: 'SRE book',
  },
  product: {
    default: 9,
    unit: 'attempts',
    why: 'Three attempts on each of two layers: nine calls for one request.',
    source: 'SRE book',
  },
  requests: { default: 5, unit: 'count', why: 'One bad moment proves no policy.', source: 'house' },
  calls: { default: 100, unit: 'count', why: 'A share of a tenth cannot be seen in fewer.', source: 'house' },
  failures: { default: 10, unit: 'count', why: 'Without failures nobody retries.', source: 'house' },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'attempts' | 'retryLayers' | 'calls' | 'overview'>
type Limits = Record<keyof typeof limits, number>

const overview = [{ traces: 1000 }]
const calls = [
  { caller: 'orders', callee: 'payments', operation: 'POST /charges', calls: 100, errors: 10, totalMs: 1000 },
]
const again = { caller: 'orders', callee: 'payments', operation: 'POST /charges', extraMs: 500, traceIds: ['a1'] }
const layers = (inner: number, innerCalls: number) => [
  { caller: 'orders', callee: 'payments', attempts: 3, requests: 1, calls: 3 },
  { caller: 'payments', callee: 'bank', attempts: inner, requests: 3, calls: innerCalls },
]

export const retryStorm = defineAudit<Needs, typeof limits>({
  id: 'retry-storm',
  family: 'services',
  title: 'Failed calls are retried within a budget',
  failureTitle: 'Retries multiply the load on a failing service',
  definition:
    'Attempts at one request after errors (http.request.resend_count, or the same call again under one parent after it failed): more than 3, or retries above 10 % of the calls of a pair, or attempts that multiply to 9 or more over the layers of a path (critical).',
  why: 'Retries help against a lost packet and hurt against overload: a callee that is slow gets three times the load and stays down after the cause is gone (a metastable failure). Layers that each retry multiply: 3 × 3 × 3 calls for one click.',
  fix: 'Retry in one layer only, the one nearest to the failure or the one nearest to the user, at most twice, with exponential backoff and jitter, only what is idempotent and only errors that can pass (not 4xx, not overload). Give the client a retry budget (10 % of its calls) and a circuit breaker, and let inner layers answer "do not retry".',
  verify:
    'Let the callee fail in a test and count: no request causes more than three attempts on any edge, and the calls per second to the callee rise by no more than a tenth.',
  needs: ['attempts', 'retryLayers', 'calls', 'overview'],
  limits,
  references: [
    {
      title: 'Handling Overload (deciding to retry), Site Reliability Engineering',
      url: 'https://sre.google/sre-book/handling-overload/',
    },
    {
      title: 'Metastable Failures in the Wild, Huang et al., OSDI 2022',
      url: 'https://www.usenix.org/conference/osdi22/presentation/huang-lexiang',
    },
  ],
  examples: {
    fires: [
      {
        name: 'four attempts for five requests',
        rows: { overview, calls, attempts: [{ ...again, attempts: 4, requests: 5, traces: 5 }] },
        severities: ['warning'],
      },
      {
        name: 'eleven retries in a hundred calls',
        rows: { overview, calls, attempts: [{ ...again, attempts: 2, requests: 11, traces: 11, succeeded: 11 }] },
        severities: ['warning'],
      },
      {
        name: 'three times three attempts in five traces',
        rows: { overview, calls, retryLayers: [{ edges: layers(3, 9), traces: 5, traceIds: ['a1'] }] },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'three attempts, ten retries in a hundred calls',
        rows: { overview, calls, attempts: [{ ...again, attempts: 3, requests: 5, traces: 5 }] },
      },
      {
        name: 'four requests with many attempts, on a busy edge',
        rows: {
          overview,
          calls: [{ ...calls[0], calls: 1000 }],
          attempts: [{ ...again, attempts: 20, requests: 4, traces: 4 }],
        },
      },
      {
        name: 'half of all calls are retries, of ninety-nine',
        rows: {
          overview,
          calls: [{ ...calls[0], calls: 99 }],
          attempts: [{ ...again, attempts: 2, requests: 49, traces: 49 }],
        },
      },
      {
        name: 'layers that multiply to six, or to nine in four traces, or side by side',
        rows: {
          overview,
          calls,
          retryLayers: [
            { edges: layers(2, 6), traces: 50 },
            { edges: layers(3, 9), traces: 4 },
            {
              edges: [
                { caller: 'orders', callee: 'payments', attempts: 3, requests: 1, calls: 3 },
                { caller: 'orders', callee: 'stock', attempts: 3, requests: 3, calls: 9 },
              ],
              traces: 50,
            },
          ],
        },
      },
      {
        name: 'nine failures',
        rows: {
          overview,
          calls: [{ ...calls[0], errors: 9 }],
          attempts: [{ ...again, attempts: 4, requests: 5, traces: 5 }],
        },
      },
    ],
  },
  evidence: ({ calls, overview }, limit) => ({
    ...toAnybody(overview),
    samples: sum(calls, (row) => Math.max(row.errors, row.resends)),
    least: limit.failures,
    of: 'failed calls',
    advice: `How a system retries shows only when calls fail: record at least ${limit.failures} failures, from an incident or a test in which a service answers with errors.`,
  }),
  audit: ({ attempts, retryLayers, calls, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const callsOf = grouped(calls, (row) => JSON.stringify([row.caller, row.callee]))
    return [
      ...[...grouped(attempts, (row) => JSON.stringify([row.caller, row.callee])).values()].flatMap((rows) => {
        const pair = callsOf.get(JSON.stringify([rows[0]?.caller, rows[0]?.callee])) ?? []
        return judgePair(
          rows,
          sum(pair, (row) => row.calls),
          traces,
          limit,
        )
      }),
      ...multiplied(retryLayers, traces, limit),
    ]
  },
})

/** Too many attempts at one request, else too many of all calls: one finding for a pair. */
function judgePair(rows: AttemptsRow[], total: number, traces: number, limit: Limits): FindingDraft[] {
  const [{ caller, callee } = { caller: '', callee: '' }] = rows
  const retries = sum(rows, (row) => (row.attempts - 1) * row.requests)
  const share = total > 0 ? retries / total : 0
  const many = rows.filter((row) => row.attempts > limit.attempts)
  const tooMany = requestsOf(many) >= limit.requests
  if (!tooMany && !(total >= limit.calls && share > limit.retryShare)) return []
  const shown = tooMany ? many : rows
  const worst = shown.reduce((a, b) => (b.attempts > a.attempts ? b : a))
  const requests = requestsOf(rows)
  const passed = sum(rows, (row) => row.succeeded)
  const outcome = `${Math.round((passed / requests) * 100)} % of them succeeded in the end`
  return [
    {
      severity: 'warning',
      message: tooMany
        ? `${caller} tries ${callee} up to ${worst.attempts} times for one request (${worst.operation}); ${requests} requests were retried, and ${outcome}.`
        : `${Math.round(share * 100)} % of the calls from ${caller} to ${callee} are retries; ${requests} requests were retried, and ${outcome}.`,
      where: { service: caller, peer: callee },
      measured: tooMany ? { value: worst.attempts, unit: 'attempts' } : { value: share, unit: 'ratio' },
      limit: tooMany ? { value: limit.attempts, unit: 'attempts' } : { value: limit.retryShare, unit: 'ratio' },
      cost: { value: sum(rows, (row) => row.extraMs) / requests, unit: 'ms/request' },
      share: traces > 0 ? sum(rows, (row) => row.traces) / traces : 0,
      proof: { traceIds: worst.traceIds, spanIds: worst.spanIds, samples: requests },
    },
  ]
}

function requestsOf(rows: readonly AttemptsRow[]): number {
  return sum(rows, (row) => row.requests)
}

interface Way {
  product: number
  path: string[]
}

function multiplied(rows: readonly RetryLayersRow[], traces: number, limit: Limits): FindingDraft[] {
  const ways = new Map<string, Way & { traces: number; row: RetryLayersRow }>()
  for (const row of rows) {
    const way = worstWay(row.edges)
    if (way.product < limit.product) continue
    const key = JSON.stringify(way.path)
    const known = ways.get(key)
    const worse = !known || way.product > known.product
    ways.set(key, {
      ...way,
      product: Math.max(way.product, known?.product ?? 0),
      row: worse ? row : known.row,
      traces: row.traces + (known?.traces ?? 0),
    })
  }
  return [...ways.values()]
    .filter((way) => way.traces >= limit.requests)
    .map(({ product, path, row, traces: touched }) => ({
      severity: 'critical',
      message: `Retries multiply along ${path.join(' → ')}: one request became ${product} calls to ${path.at(-1) ?? ''}.`,
      where: { path },
      measured: { value: product, unit: 'attempts' },
      limit: { value: limit.product, unit: 'attempts' },
      share: traces > 0 ? touched / traces : 0,
      proof: { traceIds: row.traceIds, spanIds: row.spanIds, samples: touched },
    }))
}

const mostLayers = 6

/**
 * The way over edges, each called by the callee of the one before, along which attempts multiply most.
 * The inner edge must have retried for several of the outer attempts, and nobody multiplies to more calls than were seen.
 */
function worstWay(edges: RetryLayersRow['edges']): Way {
  let worst: Way = { product: 0, path: [] }
  let ways = edges.map((edge) => ({ edge, product: edge.attempts, path: [edge.caller, edge.callee] }))
  for (let layer = 2; layer <= mostLayers && ways.length > 0; layer++) {
    const longer: typeof ways = []
    for (const edge of edges) {
      const before = ways
        .filter((way) => way.edge.callee === edge.caller && !way.path.includes(edge.callee) && edge.requests >= 2)
        .reduce<(typeof ways)[number] | undefined>((a, b) => (a && a.product >= b.product ? a : b), undefined)
      if (!before) continue
      const product = Math.min(before.product * edge.attempts, edge.calls)
      longer.push({ edge, product, path: [...before.path, edge.callee] })
      if (product > worst.product) worst = { product, path: [...before.path, edge.callee] }
    }
    ways = longer
  }
  return worst
}
