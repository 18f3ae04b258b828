/**
 * A service with one caller and one callee that hardly works itself: a hop that adds latency and a way to fail, and nothing else.
 *
 *     A ─▶ [ B: 2 % own time ] ─▶ C
 *
 * Confused with: gateways (called by nobody, or by many), services in front of their own store (the store is a peer, and no service),
 * caches and filters that answer some requests themselves (fewer calls than entries), aggregators (more), translators (protocol changes).
 */
import { largest } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { OwnTimeRow, SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  ownShare: {
    default: 0.1,
    unit: 'ratio',
    why: 'Below a tenth the service waits for another nearly all of its time.',
    source: 'house',
  },
  entries: { default: 50, unit: 'count', why: 'Fewer calls do not show what the service does.', source: 'house' },
  fewestCalls: {
    default: 0.9,
    unit: 'calls/request',
    why: 'Who answers a tenth of its requests without asking decides something.',
    source: 'house',
  },
  mostCalls: {
    default: 1.1,
    unit: 'calls/request',
    why: 'Who asks more than once per request puts an answer together.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'ownTime' | 'calls' | 'overview'>

const overview = [{ traces: 100 }]
const hop: Partial<OwnTimeRow> = {
  service: 'order-facade',
  entries: 50,
  callers: 1,
  caller: 'storefront',
  callees: 1,
  callee: 'orders',
  serviceCalls: 50,
  entryProtocols: ['http'],
  callProtocols: ['http'],
  traces: 50,
  spanMs: 5000,
  ownMs: 450,
  p50OwnMs: 9,
  traceIds: ['a1'],
}

export const passThroughService = defineAudit<Needs, typeof limits>({
  id: 'pass-through-service',
  family: 'services',
  title: 'Every service does work of its own',
  failureTitle: 'A service only passes requests on',
  definition:
    'A service that others call, with exactly one caller and one callee of any kind, which is a service spoken to in the same protocol, about one call for each request, and less than 10 % of its span time its own.',
  why: 'It is deployed, watched, patched and paid for, adds a round trip to each request and fails on its own, yet its code could be a function of its neighbour. The limit is a house figure. It may still be worth its price as a border of security or ownership: then write that reason down.',
  fix: 'Move what little it does into its caller or its callee, let the caller call the callee, and take the service down. Keep it only for a reason that somebody can name.',
  verify:
    'After the merge, run the same traffic: the hop is gone from the map, and the root operations are faster by its own time and one round trip.',
  needs: ['ownTime', 'calls', 'overview'],
  limits,
  references: [
    {
      title: 'Microservices Anti-Patterns: A Taxonomy (wrong cuts, nano-services), Taibi, Lenarduzzi and Pahl, 2020',
      url: 'https://doi.org/10.1007/978-3-030-31646-4_5',
    },
  ],
  examples: {
    fires: [
      { name: 'nine per cent of its own', rows: { overview, ownTime: [hop] }, severities: ['warning'] },
      {
        name: 'forty-five calls for fifty requests, and fifty-five',
        rows: {
          overview,
          ownTime: [
            { ...hop, serviceCalls: 45 },
            { ...hop, service: 'stock-facade', callee: 'stock', serviceCalls: 55 },
          ],
        },
        severities: ['warning', 'warning'],
      },
    ],
    quiet: [
      { name: 'ten per cent of its own', rows: { overview, ownTime: [{ ...hop, ownMs: 500 }] } },
      { name: 'it answers some itself', rows: { overview, ownTime: [{ ...hop, serviceCalls: 44 }] } },
      { name: 'it puts an answer together', rows: { overview, ownTime: [{ ...hop, serviceCalls: 56 }] } },
      {
        name: 'a gateway, a service before its store, a translator, and one seen too rarely',
        rows: {
          overview,
          ownTime: [
            { ...hop, rootEntries: 50, callers: 0, caller: '' },
            { ...hop, callee: '', serviceCalls: 0 },
            { ...hop, callProtocols: ['rpc'] },
            { ...hop, entries: 49, serviceCalls: 49, traces: 49 },
          ],
        },
      },
    ],
  },
  evidence: ({ ownTime, overview }, limit) => {
    const called = ownTime.filter((row) => row.callers > 0)
    return {
      ...betweenServices(overview),
      samples: largest(called, (row) => row.traces),
      least: limit.entries,
      of: 'requests to the service that is called most',
      advice: `Record at least ${limit.entries} requests to a service that others call, with its SERVER, CLIENT and database spans.`,
    }
  },
  audit: ({ ownTime, calls, overview: [whole] }, limit) =>
    ownTime
      .filter((row) => {
        const perEntry = row.serviceCalls / Math.max(1, row.entries)
        const oneToOne = row.callers === 1 && row.callees === 1 && row.callee !== ''
        const serves = row.rootEntries === 0 && row.consumed === 0 && row.traces >= limit.entries
        const passesOn = perEntry >= limit.fewestCalls && perEntry <= limit.mostCalls
        const sameProtocol = row.entryProtocols.join() === row.callProtocols.join()
        return oneToOne && serves && passesOn && sameProtocol && row.ownMs < limit.ownShare * row.spanMs
      })
      .map((row): FindingDraft => {
        const share = row.ownMs / row.spanMs
        const inbound = calls.filter((call) => call.caller === row.caller && call.callee === row.service)
        const answered = inbound.reduce((sum, call) => sum + call.answered, 0)
        const networkMs = inbound.reduce((sum, call) => sum + Math.max(0, call.answeredMs - call.serverMs), 0)
        const hopMs = row.ownMs / row.traces + (answered > 0 ? networkMs / answered : 0)
        return {
          severity: 'warning',
          message: `${row.service} only passes requests on from ${row.caller} to ${row.callee}: ${(share * 100).toFixed(1)} % of its time is its own (median ${row.p50OwnMs.toFixed(1)} ms).`,
          where: { service: row.service, peer: row.callee },
          measured: { value: share, unit: 'ratio' },
          limit: { value: limit.ownShare, unit: 'ratio' },
          cost: { value: hopMs, unit: 'ms/request' },
          share: whole && whole.traces > 0 ? row.traces / whole.traces : 0,
          proof: { traceIds: row.traceIds, spanIds: row.spanIds, samples: row.entries },
        }
      }),
})
