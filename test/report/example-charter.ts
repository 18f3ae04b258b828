/**
 * The charter of the bookshop for reporters' tests: every verdict, and holes in both directions.
 * `chartered` puts it into a report with findings of its own, whose fingerprints it names.
 */
import type { Finding } from '../../src/model/finding.js'
import type { AuditReport, CharterReport, DecisionTrace, Report, RequirementTrace } from '../../src/model/report.js'
import { exampleReport } from './example-report.js'

function requirement(
  id: string,
  verdict: RequirementTrace['verdict'],
  extra: Partial<RequirementTrace> = {},
): RequirementTrace {
  return {
    id,
    scope: '',
    because: '',
    status: 'accepted',
    origin: 'faultline.yaml:12',
    targets: [],
    decisions: [],
    verdict,
    findings: [],
    ...extra,
  }
}

function decision(id: string, verdict: DecisionTrace['verdict'], extra: Partial<DecisionTrace> = {}): DecisionTrace {
  return {
    id,
    title: '',
    kind: 'other',
    target: '',
    status: 'accepted',
    date: '',
    origin: 'shared/decisions.yaml:4',
    links: [],
    because: [],
    unknown: [],
    expectations: [],
    verdict,
    findings: [],
    ...extra,
  }
}

const requirements: RequirementTrace[] = [
  requirement('fast-pages', 'met', {
    scope: 'request GET /*',
    because: 'readers leaf through thirty pages before they buy',
    targets: [{ metric: 'p95', comparator: '<=', value: 400, unit: 'ms' }],
    decisions: ['prices-without-postage', 'cache-book-pages'],
  }),
  requirement('fast-checkout', 'missed', {
    scope: 'request POST /checkout',
    because: 'whoever waits at the till puts the books back; every tenth of a second costs one order in a hundred',
    targets: [
      { metric: 'p95', comparator: '<=', value: 300, unit: 'ms' },
      { metric: 'errors', comparator: '<', value: 0.0005, unit: 'ratio' },
    ],
    decisions: ['parcels-by-events', 'checkout-apart', 'prices-without-postage'],
    findings: ['c0ffee0000000001'],
  }),
  requirement('sale-peak', 'unproven', {
    scope: 'request *',
    because: 'a famous shop had two thousand requests a second in its sale',
    targets: [{ metric: 'rate', comparator: '>=', value: 2_000, unit: 'calls/s' }],
  }),
  requirement('short-chains', 'met', {
    scope: 'request *',
    targets: [
      { metric: 'hops', comparator: '<=', value: 4, unit: 'hops' },
      { metric: 'callsPerRequest', comparator: '<=', value: 30, unit: 'calls/request' },
    ],
    decisions: ['prices-without-postage'],
  }),
  requirement('orders-in-order', 'unproven', {
    scope: 'destination rabbitmq://broker.bookshop:5672/order-events',
    targets: [
      { metric: 'ordered', comparator: '>=', value: 1, unit: 'count' },
      { metric: 'staleness', comparator: '<=', value: 60_000, unit: 'ms' },
    ],
    decisions: ['parcels-by-events'],
  }),
  requirement('friendly-shop', 'unmeasurable', {
    because: 'readers should like to come back',
    findings: ['c0ffee0000000002'],
  }),
  requirement('warm-cache', 'not-in-force', {
    status: 'proposed',
    scope: 'data redis://cache.bookshop:6379/0',
    targets: [{ metric: 'hitRatio', comparator: '>=', value: 0.9995, unit: 'ratio' }],
  }),
]

const decisions: DecisionTrace[] = [
  decision('parcels-by-events', 'contradicted', {
    title: 'Parcels are carried by events',
    kind: 'async',
    target: 'orders -> shipping',
    because: ['fast-checkout', 'orders-in-order'],
    unknown: ['calm-dispatch'],
    expectations: ['orders -> shipping async', 'orders -> notifications async'],
    findings: ['c0ffee0000000003'],
  }),
  decision('cache-book-pages', 'untested', {
    title: 'Book pages are kept in a cache',
    kind: 'cache',
    because: ['fast-pages'],
    date: '2026-03-04',
    origin: 'adr/0002-keep-book-pages-in-a-cache.md:1',
    links: [
      { kind: 'clarifies', target: '0001-one-shop', known: false },
      { kind: 'relates-to', target: 'cache-stock-levels', known: true },
    ],
  }),
  decision('prices-without-postage', 'holds', {
    title: 'A price is told without asking what postage will be',
    kind: 'split',
    because: ['fast-pages', 'fast-checkout', 'short-chains'],
    expectations: ['pricing -> shipping forbidden'],
  }),
  decision('checkout-apart', 'unproven', {
    title: 'The checkout is a service of its own',
    status: 'provisional',
    because: ['fast-checkout'],
    expectations: ['checkout -> orders required'],
  }),
  decision('cache-stock-levels', 'untested', { title: 'Stock levels are kept in a cache', kind: 'cache' }),
  decision('reviews-apart', 'holds', {
    title: 'Reviews have a database of their own',
    kind: 'store',
    because: ['warm-cache'],
    date: '2026-01-15',
    links: [{ kind: 'supersedes', target: 'one-database', known: true }],
    expectations: ['owner: reviews'],
  }),
  decision('one-database', 'not-in-force', {
    status: 'superseded',
    because: ['fast-pages'],
    date: '2025-05-01',
    links: [{ kind: 'superseded-by', target: 'reviews-apart', known: true }],
  }),
]

export function exampleCharter(): CharterReport {
  return structuredClone({
    system: 'bookshop',
    files: ['faultline.yaml', 'shared/requirements.yaml', 'shared/decisions.yaml'],
    asOf: '2026-03-04',
    requirements,
    decisions,
    holes: {
      requirementsWithoutDecision: ['sale-peak', 'friendly-shop'],
      decisionsWithoutRequirement: ['cache-stock-levels', 'reviews-apart'],
      undeclared: ['c0ffee0000000004', 'c0ffee0000000005'],
    },
    remarks: [
      {
        origin: 'adr/0003-no-status.md:1',
        message: 'The record has no status. Add a line such as "Status: accepted".',
      },
    ],
  })
}

function finding(number: number, message: string, where: Finding['where']): Finding {
  return {
    severity: number === 1 ? 'critical' : 'warning',
    fingerprint: `c0ffee000000000${number}`,
    message,
    where,
    measured: { value: 1_190, unit: 'ms' },
    limit: { value: 300, unit: 'ms' },
    proof: { traceIds: [], spanIds: [], samples: 2_257 },
  }
}

function audit(template: AuditReport, id: string, findings: Finding[]): AuditReport {
  return { ...template, id, family: 'requirements', title: id, failureTitle: id, outcome: 'fail', findings }
}

/** The example report as it is with the charter, or with another one. */
export function chartered(charter = exampleCharter(), report = exampleReport()): Report {
  const [template] = report.audits
  if (template === undefined) throw new Error('the example has no audits')
  const audits = [
    audit(template, 'missed-requirement', [
      finding(1, 'POST /checkout takes 1.19 s at its 95th percentile; fast-checkout asks for at most 300 ms.', {
        requirement: 'fast-checkout',
        operation: 'POST /checkout',
      }),
    ]),
    audit(template, 'unmeasurable-requirement', [
      finding(2, 'friendly-shop states nothing that can be measured.', { requirement: 'friendly-shop' }),
    ]),
    audit(template, 'contradicted-decision', [
      finding(3, 'orders calls legacy-erp and waits, where parcels-by-events expects events.', {
        decision: 'parcels-by-events',
        service: 'orders',
        peer: 'legacy-erp',
      }),
    ]),
    audit(template, 'undeclared-component', [
      finding(4, 'legacy-erp runs, and neither a declaration nor a decision names it.', { service: 'legacy-erp' }),
      finding(5, 'A MongoDB store runs, and neither a declaration nor a decision names it.', {
        store: 'mongodb://mongo.bookshop:27017/reviews',
      }),
    ]),
  ]
  return { ...report, audits: [...report.audits, ...audits], charter }
}
