/**
 * Audit entries for the example report: words are shorter than those of the real audits, outcomes cover all five kinds.
 * Figures in messages and in `measured` are written together here and must agree.
 */
import type { FamilyId } from '../../src/model/audit.js'
import { fingerprint } from '../../src/lib/fingerprint.js'
import type { Finding, FindingDraft } from '../../src/model/finding.js'
import type { AuditReport } from '../../src/model/report.js'
import type { Unit } from '../../src/model/units.js'

type Words = Pick<AuditReport, 'id' | 'family' | 'title' | 'failureTitle' | 'definition' | 'why' | 'fix' | 'verify'>

interface Verdict {
  outcome: AuditReport['outcome']
  limits?: AuditReport['limits']
  reason?: string
  floor?: number
  samples?: number
  of?: string
  blind?: string[]
  findings?: FindingDraft[]
}

export function limit(
  id: string,
  value: number,
  unit: Unit,
  source: string,
  standard = value,
): AuditReport['limits'][number] {
  return { id, value, default: standard, unit, source }
}

function withFingerprint(auditId: string, draft: FindingDraft): Finding {
  const place = draft.where
  const parts = [place.service, place.peer, place.operation, place.store, place.table, place.destination]
  return { ...draft, fingerprint: fingerprint([auditId, ...parts.map((part) => part ?? ''), ...(place.path ?? [])]) }
}

export function auditEntry(words: Words, verdict: Verdict): AuditReport {
  return {
    ...words,
    limits: verdict.limits ?? [],
    references: [{ title: `About ${words.id}`, url: `https://example.com/audits/${words.id}` }],
    outcome: verdict.outcome,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict.floor === undefined ? {} : { floor: verdict.floor }),
    samples: verdict.samples ?? 0,
    of: verdict.of ?? 'requests',
    blind: verdict.blind ?? [],
    findings: (verdict.findings ?? []).map((draft) => withFingerprint(words.id, draft)),
  }
}

function words(id: string, family: FamilyId, title: string, failureTitle: string, definition: string): Words {
  return {
    id,
    family,
    title,
    failureTitle,
    definition,
    why: `${failureTitle}. Under load this is what pages somebody: latency and failures of one part become those of its callers.`,
    fix: 'Change the caller first: it is the side that decides how often and how long it waits.',
    verify: `Record the same traffic again: \`${id}\` passes.`,
  }
}

/** The audits of the example that found something, with their findings. */
export function failedAudits(traceIds: readonly string[]): AuditReport[] {
  const [checkout = '', basket = '', browse = '', payment = ''] = traceIds
  return [
    auditEntry(
      {
        ...words(
          'n-plus-one-query',
          'data',
          'Queries do not repeat once per row',
          'A query runs once for every row of another',
          'Under one parent span, one query is followed by five or more of one fingerprint, one after another, that take 50 ms or more together.',
        ),
        why: 'Each row costs a round trip. It is quick on a laptop with ten rows and slow on the day somebody buys eighty books: latency grows with the data, and so does the load on the database.',
        fix: 'Ask once: join the tables, or collect the ids and read them with `WHERE id = ANY($1)`. In an ORM, load the relation eagerly at this call site.',
        verify: 'Record a checkout of thirty books: the trace shows two queries where it showed thirty-one.',
      },
      {
        outcome: 'fail',
        limits: [limit('queries', 5, 'count', 'Sentry'), limit('together_ms', 50, 'ms', 'Sentry')],
        samples: 18_204,
        of: 'groups of queries under one parent',
        blind: ['legacy-erp: no database spans'],
        findings: [
          {
            severity: 'critical',
            message:
              'orders runs SELECT order_lines 31 times for one POST /checkout, one after another, 412 ms together.',
            where: {
              service: 'orders',
              operation: 'POST /checkout',
              store: 'postgresql://db.bookshop:5432/orders',
              table: 'order_lines',
            },
            measured: { value: 31, unit: 'count' },
            limit: { value: 5, unit: 'count' },
            cost: { value: 412, unit: 'ms/request' },
            share: 0.124,
            proof: { traceIds: [checkout, basket], spanIds: lineSpanIds(10), samples: 2_257 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'serial-fan-out',
        'services',
        'Independent calls run side by side',
        'Independent calls wait for each other',
        'The longest set of sibling calls with different templates that do not overlap and lie on the critical path.',
      ),
      {
        outcome: 'fail',
        limits: [limit('calls', 3, 'count', 'Sentry'), limit('saving_ms', 100, 'ms', 'Sentry', 150)],
        samples: 18_204,
        findings: [
          {
            severity: 'warning',
            message:
              'storefront calls catalogue, pricing, reviews and recommendations in turn for GET /books/{id}; together they would save 186 ms.',
            where: { service: 'storefront', operation: 'GET /books/{id}' },
            measured: { value: 186, unit: 'ms' },
            limit: { value: 100, unit: 'ms' },
            cost: { value: 186, unit: 'ms/request' },
            share: 0.612,
            proof: { traceIds: [browse], spanIds: ['b1', 'b2', 'b3', 'b4'], samples: 11_140 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'chatty-pair',
        'services',
        'Calls between services are few per request',
        'A service calls another too often for one request',
        'Calls from one service to another per root request, 95th percentile, all protocols.',
      ),
      {
        outcome: 'fail',
        limits: [
          limit('warning', 15, 'calls/request', 'perf-sentinel'),
          limit('critical', 45, 'calls/request', 'perf-sentinel'),
        ],
        samples: 18_204,
        findings: [
          {
            severity: 'critical',
            message: 'cart calls pricing 48 times per request (p95); one call with all book ids would do.',
            where: { service: 'cart', peer: 'pricing' },
            measured: { value: 48, unit: 'calls/request' },
            limit: { value: 45, unit: 'calls/request' },
            cost: { value: 96.4, unit: 'ms/request' },
            share: 0.231,
            proof: { traceIds: [basket], spanIds: priceSpanIds(10), samples: 4_205 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'call-cycle',
        'services',
        'Services call each other in one direction',
        'Services call each other in a circle',
        'A strongly connected component of two or more services in the synchronous call graph, in three traces or more.',
      ),
      {
        outcome: 'fail',
        limits: [limit('traces', 3, 'traces', 'Arcan, MSANose')],
        samples: 18_204,
        findings: [
          {
            severity: 'warning',
            message: 'orders → payments → orders: payments asks orders for the total while orders waits for payments.',
            where: { path: ['orders', 'payments', 'orders'] },
            measured: { value: 2_257, unit: 'traces' },
            limit: { value: 3, unit: 'traces' },
            share: 0.124,
            proof: { traceIds: [payment], spanIds: ['p2'], samples: 2_257 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'missing-timeout',
        'services',
        'Calls give up in time',
        'A caller waits without end',
        'Client calls of 30 s or more that do not end in a timeout.',
      ),
      {
        outcome: 'fail',
        limits: [limit('wait_ms', 30_000, 'ms', 'Datadog')],
        samples: 92_410,
        of: 'calls',
        findings: [
          {
            severity: 'critical',
            message:
              'payments waited 61.2 s for api.payfast.example:443 and was answered: nothing on the way gives up.',
            where: { service: 'payments', peer: 'api.payfast.example:443', operation: 'POST /v2/charges' },
            measured: { value: 61_204, unit: 'ms' },
            limit: { value: 30_000, unit: 'ms' },
            cost: { value: 3.2, unit: 'ms/s' },
            share: 0.0011,
            proof: { traceIds: [payment], spanIds: ['p3'], samples: 20 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'shared-table',
        'data',
        'Every table has one service',
        'Several services use one table',
        'Two or more services use one table, with five spans or more each; critical with two writers.',
      ),
      {
        outcome: 'fail',
        limits: [limit('services', 2, 'services', 'µFreshener')],
        samples: 61_022,
        of: 'statements',
        blind: ['reviews: no db.namespace, its MongoDB cannot be told from others'],
        findings: [
          {
            severity: 'critical',
            message: 'orders and shipping both write the table orders: neither can change it alone.',
            where: { store: 'postgresql://db.bookshop:5432/orders', table: 'orders' },
            measured: { value: 2, unit: 'services' },
            limit: { value: 1, unit: 'services' },
            share: 0.124,
            proof: { traceIds: [checkout], spanIds: ['c-insert', 'c-update'], samples: 5_310 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'dark-component',
        'visibility',
        'Every part of the system can be seen',
        'A part of the system is called and silent',
        'A service is called, or declared, and gives off no spans of its own.',
      ),
      {
        outcome: 'fail',
        samples: 14,
        of: 'services',
        findings: [
          {
            severity: 'note',
            message: 'legacy-erp is called 2,257 times by orders and gives off no spans.',
            where: { service: 'legacy-erp', peer: 'orders' },
            measured: { value: 0, unit: 'spans' },
            limit: { value: 1, unit: 'spans' },
            share: 0.124,
            proof: { traceIds: [checkout], spanIds: ['c-erp'], samples: 2_257 },
          },
        ],
      },
    ),
    auditEntry(
      words(
        'unlinked-consumer',
        'visibility',
        'Consumers know who sent the message',
        'A consumer does not know who sent the message',
        'Process spans with neither a parent nor a link to a producer.',
      ),
      {
        outcome: 'fail',
        limits: [limit('share', 0.05, 'ratio', 'house')],
        samples: 2_190,
        of: 'processed messages',
        findings: [
          {
            severity: 'warning',
            message: '38 % of what notifications processes from order-events has no link to its producer.',
            where: { service: 'notifications', destination: 'rabbitmq://broker.bookshop:5672/order-events' },
            measured: { value: 0.381, unit: 'ratio' },
            limit: { value: 0.05, unit: 'ratio' },
            proof: { traceIds: [], spanIds: [], samples: 834 },
          },
        ],
      },
    ),
  ]
}

/** Ids of repeated statement spans in the checkout trace; a proof holds ten at most. */
export function lineSpanIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line-${index}`)
}

/** Ids of repeated price calls in the basket trace. */
export function priceSpanIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `price-${index}`)
}

/** The audits of the example that found nothing, for every other reason. */
export function quietAudits(): AuditReport[] {
  const passed = (id: string, family: FamilyId, title: string, samples: number, of: string): AuditReport =>
    auditEntry(words(id, family, title, `Not: ${title}`, `${title}.`), {
      outcome: 'pass',
      floor: 3 / samples,
      samples,
      of,
    })
  return [
    passed('deep-chain', 'services', 'Requests pass few services', 18_204, 'requests'),
    passed('network-tax', 'services', 'Time is spent in services, not between them', 92_410, 'calls'),
    passed('pass-through-service', 'services', 'Every hop adds something', 14, 'services'),
    passed('timeout-inversion', 'services', 'Nobody works for a caller that has gone', 92_410, 'calls'),
    passed('hard-coded-endpoint', 'services', 'Services are found by name', 92_410, 'calls'),
    passed('slow-query', 'data', 'Statements are quick', 61_022, 'statements'),
    passed('orphan-span', 'visibility', 'Every span has its parent', 18_204, 'traces'),
    passed('broken-root', 'visibility', 'Traces begin where requests enter', 18_204, 'traces'),
    passed('clock-skew', 'visibility', 'Clocks agree', 92_410, 'calls'),
    passed('unnamed-service', 'visibility', 'Every service has a name', 412_388, 'spans'),
    auditEntry(
      words('retry-storm', 'services', 'Retries are few', 'Retries multiply', 'Attempts to one target after errors.'),
      {
        outcome: 'not-evaluable',
        reason:
          'Only 3 failing calls were seen. Record a window with errors, or set http.request.resend_count in the clients.',
        samples: 3,
        of: 'failing calls',
      },
    ),
    auditEntry(
      words(
        'dual-write',
        'data',
        'A change is written once',
        'A request writes a database and a queue',
        'One request writes both.',
      ),
      {
        outcome: 'not-evaluable',
        reason: 'Statements are sanitised for 92 % of the writes. Keep db.query.text or set db.collection.name.',
        samples: 41,
        of: 'requests that write and publish',
      },
    ),
    auditEntry(
      words(
        'lost-context',
        'visibility',
        'Context is passed on',
        'Context is dropped',
        'A called service starts new traces.',
      ),
      { outcome: 'not-applicable', reason: 'No call between services lacks its other side.', samples: 0, of: 'calls' },
    ),
  ]
}

/** An audit that broke: its family has no score. */
export function brokenAudit(): AuditReport {
  return auditEntry(
    words(
      'sensitive-data',
      'visibility',
      'Spans hold no secrets',
      'Spans hold secrets',
      'Personal data in attributes.',
    ),
    {
      outcome: 'error',
      reason: 'The relation attributes could not be read: memory limit exceeded.',
      samples: 0,
      of: 'attributes',
    },
  )
}
