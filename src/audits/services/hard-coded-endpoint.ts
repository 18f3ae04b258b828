/**
 * A service that is called by an IP address or on localhost: it cannot move, and there cannot be two of it.
 *
 *     orders ──▶ 10.0.3.17:8080     instead of      orders ──▶ http://stock
 *
 * Confused with: addresses that the network resolved (only what the code asked for counts), clients that ask a registry and then call one of
 * several addresses (a note), and a sidecar or gateway: one address that answers as several services.
 */
import { grouped } from '../../lib/grouped.js'
import { sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { EndpointsRow, SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'

const limits = {
  calls: { default: 5, unit: 'count', why: 'Fewer are somebody trying something out.', source: 'house' },
  addresses: {
    default: 2,
    unit: 'count',
    why: 'From two addresses for one service on, a registry is likely to have been asked before the call.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'endpoints' | 'overview'>

const overview = [{ traces: 100, clientSpans: 100 }]
const named = {
  caller: 'storefront',
  callee: 'orders',
  host: 'orders',
  port: 8080,
  calls: 20,
  traces: 20,
  answering: 1,
}
const coded: Partial<EndpointsRow> = {
  caller: 'orders',
  callee: 'stock',
  host: '10.0.3.17',
  port: 8080,
  literal: 'ip',
  calls: 5,
  traces: 5,
  answering: 1,
  literals: 1,
  traceIds: ['a1'],
}

export const hardCodedEndpoint = defineAudit<Needs, typeof limits>({
  id: 'hard-coded-endpoint',
  family: 'services',
  title: 'Services find each other by name',
  failureTitle: 'A service calls another by a fixed address',
  definition:
    'Calls between services whose address, as the code asked for it, is an IP literal or localhost; an address that answers as several services is a gateway or a sidecar and does not count.',
  why: 'The callee cannot be moved, scaled to two or replaced without a change to its caller, and the address will one day belong to somebody else. It works on every day but that of the failover.',
  fix: "Give the callee a name that the platform resolves (a Kubernetes Service, a compose service name, Consul, DNS) and put the name into the caller's configuration, not into its code.",
  verify:
    'Record again: server.address of these calls is the name. Then start a second instance of the callee and see it get calls.',
  needs: ['endpoints', 'overview'],
  limits,
  references: [
    {
      title:
        'Freshening the Air in Microservices: Resolving Architectural Smells via Refactoring, Brogi, Neri and Soldani, 2019',
      url: 'https://doi.org/10.1007/978-3-030-45989-5_2',
    },
  ],
  examples: {
    fires: [
      { name: 'five calls to an IP address', rows: { overview, endpoints: [named, coded] }, severities: ['warning'] },
      {
        name: 'localhost',
        rows: { overview, endpoints: [named, { ...coded, host: 'localhost', literal: 'localhost', literals: 0 }] },
        severities: ['warning'],
      },
      {
        name: 'two addresses of one service: found by a registry, perhaps',
        rows: {
          overview,
          endpoints: [named, { ...coded, literals: 2 }, { ...coded, host: '10.0.3.18', literals: 2 }],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      { name: 'four calls', rows: { overview, endpoints: [named, { ...coded, calls: 4, traces: 4 }] } },
      {
        name: 'a sidecar on localhost answers as two services',
        rows: {
          overview,
          endpoints: [
            named,
            { ...coded, host: 'localhost@orders', literal: 'localhost', literals: 0, answering: 2 },
            { ...coded, callee: 'prices', host: 'localhost@orders', literal: 'localhost', literals: 0, answering: 2 },
          ],
        },
      },
    ],
  },
  evidence: ({ endpoints, overview }) => ({
    ...betweenServices(overview),
    samples: sum(endpoints, (row) => row.calls),
    least: 20,
    of: 'calls whose address and callee are known',
    advice:
      'Record server.address (or net.peer.name, url.full) on the CLIENT spans, and the SERVER spans of the services they reach.',
  }),
  audit: ({ endpoints, overview }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const fixed = endpoints.filter((row) => row.literal !== '' && row.answering === 1)
    return [...grouped(fixed, (row) => JSON.stringify([row.caller, row.callee])).values()].flatMap(
      (rows): FindingDraft[] => {
        const [first] = rows
        const calls = sum(rows, (row) => row.calls)
        if (!first || calls < limit.calls) return []
        const resolved = first.literals >= limit.addresses
        const addresses = rows.map(
          (row) => `${row.host.replace(/^localhost@.*$/s, 'localhost')}${row.port > 0 ? `:${row.port}` : ''}`,
        )
        const shown = [...new Set(addresses)].slice(0, 3).join(', ')
        return [
          {
            severity: resolved ? 'note' : 'warning',
            message: resolved
              ? `${first.caller} calls ${first.callee} by ${addresses.length} IP addresses (${shown}${addresses.length > 3 ? ', …' : ''}): a registry may have named them, a list in the code would not follow the next move.`
              : `${first.caller} calls ${first.callee} at ${shown} instead of by name (${calls} calls).`,
            where: { service: first.caller, peer: first.callee },
            measured: { value: calls, unit: 'count' },
            limit: { value: limit.calls, unit: 'count' },
            share: traces > 0 ? sum(rows, (row) => row.traces) / traces : 0,
            proof: { traceIds: first.traceIds, spanIds: first.spanIds, samples: calls },
          },
        ]
      },
    )
  },
})
