/** A generated report of many services for tests of size and layout: heavy-tailed traffic, layered calls, fixed seed. */
import { fingerprint } from '../../src/lib/fingerprint.js'
import type { FindingDraft } from '../../src/model/finding.js'
import type { AuditReport, CallEdge, Exhibit, Report } from '../../src/model/report.js'
import { exampleReport } from './example-report.js'

/** A small linear congruential generator: the same numbers on every machine. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const subjects = ['order', 'book', 'author', 'basket', 'price', 'shelf', 'review', 'parcel', 'refund', 'reader']
const roles = ['service', 'api', 'worker', 'gateway', 'index', 'sync', 'store', 'mailer', 'planner', 'ledger']

function serviceName(number: number): string {
  const round = Math.floor(number / 100)
  const name = `${subjects[number % 10] ?? ''}-${roles[Math.floor(number / 10) % 10] ?? ''}`
  return round === 0 ? name : `${name}-${round + 1}`
}

function callOf(from: string, to: string, calls: number, extra: Partial<CallEdge> = {}): CallEdge {
  return {
    from,
    to,
    toKind: 'service',
    fromKind: 'service',
    mode: 'sync',
    protocol: 'http',
    calls,
    errors: Math.floor(calls / 900),
    p50Ms: 12,
    p95Ms: 48,
    ...extra,
  }
}

function exhibitOf(traceId: string, from: string, to: string, spans: number): Exhibit {
  return {
    traceId,
    omitted: 0,
    spans: Array.from({ length: spans }, (_, number) => ({
      spanId: `${traceId}-${number}`,
      parentSpanId: number === 0 ? '' : `${traceId}-0`,
      service: number % 2 === 0 ? from : to,
      operation: number === 0 ? 'GET /shelves/{id}' : 'GET /books/{id}',
      kind: number === 0 ? 'server' : 'client',
      startMs: number * 4,
      durationMs: number === 0 ? spans * 5 : 3.5,
      error: number % 17 === 5,
      statement: '',
    })),
  }
}

/** A report of `size` services, each with stores, queues and findings in proportion. */
export function largeReport(size: number): Report {
  const random = numbers(8_731)
  const report = exampleReport()
  const names = Array.from({ length: size }, (_, number) => serviceName(number))
  const traffic = names.map((_, number) => Math.floor(400_000 / (number + 1) ** 0.9) + Math.floor(random() * 200))
  const pick = (most: number): number => Math.floor(random() * random() * most)
  const calls: CallEdge[] = []
  for (let number = 1; number < size; number += 1) {
    const own = 1 + Math.floor(random() * 3)
    for (let edge = 0; edge < own; edge += 1) {
      const caller = pick(number)
      calls.push(callOf(names[caller] ?? '', names[number] ?? '', Math.floor((traffic[number] ?? 0) / (edge + 1)) + 1))
    }
  }
  const stores = Array.from(
    { length: Math.floor(size / 5) },
    (_, number) => `postgresql://db-${number % 7}:5432/shop_${number}`,
  )
  const queues = Array.from(
    { length: Math.floor(size / 12) },
    (_, number) => `kafka://broker:9092/book-events-${number}`,
  )
  for (const store of stores) {
    const users = 1 + Math.floor(random() * 2)
    for (let user = 0; user < users; user += 1)
      calls.push(callOf(names[pick(size)] ?? '', store, 900, { toKind: 'store', protocol: 'postgresql' }))
  }
  for (const queue of queues) {
    const kafka = { mode: 'async', protocol: 'kafka' } as const
    calls.push(callOf(names[pick(size)] ?? '', queue, 500, { ...kafka, toKind: 'destination' }))
    calls.push(callOf(queue, names[pick(size)] ?? '', 500, { ...kafka, fromKind: 'destination' }))
  }
  report.system.services = names.map((name, number) => {
    const requests = traffic[number] ?? 0
    return {
      name,
      spans: requests * 3,
      requests,
      errors: pick(60),
      p50Ms: 9,
      p95Ms: 40 + pick(900),
      instrumented: number % 41 !== 40,
    }
  })
  report.system.stores = stores.map((id) => ({ id, system: 'postgresql', spans: 900, services: [] }))
  report.system.destinations = queues.map((id) => ({
    id,
    system: 'kafka',
    producers: [],
    consumers: [],
    messages: 500,
  }))
  report.system.calls = calls
  const found = calls.filter((call, number) => number % 4 === 0 && call.toKind === 'service')
  report.exhibits = found.map((call, number) => exhibitOf(`${number}`.padStart(32, '0'), call.from, call.to, 60))
  const audits: AuditReport[] = report.audits.filter((audit) => audit.outcome === 'fail')
  for (const audit of audits) audit.findings = []
  found.forEach((call, number) => {
    const audit = audits[number % audits.length]
    const severity = (['note', 'warning', 'note', 'warning', 'critical'] as const)[number % 5] ?? 'note'
    const traceId = `${number}`.padStart(32, '0')
    const draft: FindingDraft = {
      severity,
      message: `${call.from} calls ${call.to} ${20 + (number % 60)} times per request (p95).`,
      where: { service: call.from, peer: call.to },
      measured: { value: 20 + (number % 60), unit: 'calls/request' },
      limit: { value: 15, unit: 'calls/request' },
      cost: { value: 10 + number, unit: 'ms/request' },
      share: (number % 90) / 100,
      proof: { traceIds: [traceId], spanIds: [`${traceId}-3`, `${traceId}-9`, `${traceId}-40`], samples: 100 + number },
    }
    audit?.findings.push({ ...draft, fingerprint: fingerprint([audit.id, call.from, call.to, String(number)]) })
  })
  return report
}
