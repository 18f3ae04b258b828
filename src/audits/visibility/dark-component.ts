/**
 * Somebody inside answers calls and says nothing about it.
 *
 *     storefront ── CLIENT GET /letters ──▶ mail        no span of mail, ever
 *
 * Confused with the outside world (api.stripe.com owes us no spans: public hosts are left alone), with stores, brokers and platform
 * parts, with a service that is merely down (its calls fail without an answer) and with a service whose spans are there but in
 * other traces: that one lost the context, and lost-context says so.
 */
import { grouped } from '../../lib/grouped.js'
import { joinedProof, sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { insideAddress, serviceBehind } from './callee.js'

const limits = {
  calls: {
    default: 1,
    unit: 'count',
    why: 'A component that is called once and never seen is dark already.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'replies' | 'entries' | 'services' | 'storeUse' | 'destinationUse' | 'overview'>
type Reply = SurveyRows['replies'][number]

/** Where stores, brokers, registries and collectors listen: parts that give off no traces by nature. */
const platformPorts = new Set([
  1433, 1521, 2181, 2379, 3306, 4222, 4317, 4318, 5432, 5671, 5672, 6379, 6831, 7000, 7687, 8086, 8123, 8125, 8126,
  8200, 8500, 8761, 9042, 9090, 9092, 9200, 9300, 9411, 11211, 14250, 14268, 15672, 26257, 27017,
])
const platformNames =
  /(^|[.-])(postgres(ql)?|mysql|mariadb|mssql|oracle|redis|valkey|memcached?|mongo(db)?|cassandra|elastic(search)?|opensearch|clickhouse|influxdb?|neo4j|dynamodb|couchbase|etcd|consul|vault|zookeeper|eureka|kafka|rabbitmq|nats|activemq|pulsar|sqs|sns|s3|minio|otel-?col(lector)?|jaeger|zipkin|prometheus|grafana|tempo|loki)([.-]|\d*$)/i

/** Hosts at which a store or a broker was used: the same process does not owe spans for its HTTP port. */
function storeHosts({ storeUse, destinationUse }: Needs): Set<string> {
  const ids = [...storeUse.map((row) => row.store), ...destinationUse.map((row) => row.destination)]
  return new Set(ids.map((id) => /^[^:]*:\/\/([^/]*?)(:\d+)?(\/|$)/.exec(id)?.[1] ?? ''))
}

function isInside(reply: Reply, stores: ReadonlySet<string>): boolean {
  if (platformPorts.has(reply.port) || stores.has(reply.host) || stores.has(reply.callee)) return false
  if (platformNames.test(reply.callee) || platformNames.test(reply.host.split('.')[0] ?? '')) return false
  if (reply.host !== '') return insideAddress(reply.host)
  return reply.calleeKind === 'service' || insideAddress(reply.callee)
}

export const darkComponent = defineAudit<Needs, typeof limits>({
  id: 'dark-component',
  family: 'visibility',
  title: 'Whoever is called can be seen',
  failureTitle: 'A component is called and gives off no spans',
  definition:
    'A component inside the system (named as a peer, or called at an internal address) that answers calls and of which no span was seen.',
  why: 'It can be the slowest part of every request and nobody would know: its callers only see how long they waited. Its own calls, stores and errors are missing from the map, so every statement about the architecture has a hole of that size.',
  fix: 'Start with the auto-instrumentation agent of its language and the same exporter endpoint as its neighbours. If it already has one, look at its exporter (endpoint, network policy, queue) and its sampler. A proxy that only passes calls on must pass traceparent on; then it is no hole.',
  verify: 'Record again: the component appears among the services, and calls to it have SERVER spans.',
  needs: ['replies', 'entries', 'services', 'storeUse', 'destinationUse', 'overview'],
  limits,
  references: [
    {
      title: 'OpenTelemetry zero-code instrumentation',
      url: 'https://opentelemetry.io/docs/concepts/instrumentation/zero-code/',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one call to a peer that is never seen',
        rows: {
          overview: [{ traces: 100, endMs: 50_000 }],
          services: [{ service: 'storefront' }],
          replies: [
            {
              caller: 'storefront',
              callee: 'mail',
              calleeKind: 'service',
              calls: 1,
              reached: 1,
              unansweredMs: 30,
              traces: 1,
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'an address of the cluster, called by two',
        rows: {
          overview: [{ traces: 100, endMs: 50_000 }],
          services: [{ service: 'storefront' }, { service: 'orders' }],
          replies: [
            {
              caller: 'storefront',
              callee: 'mail.shop',
              calleeKind: 'external',
              host: 'mail.shop',
              port: 8080,
              calls: 9,
              reached: 9,
            },
            {
              caller: 'orders',
              callee: 'mail.shop',
              calleeKind: 'external',
              host: 'mail.shop',
              port: 8080,
              calls: 5,
              reached: 4,
            },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'a limit of two calls',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'storefront' }],
          replies: [{ caller: 'storefront', callee: 'mail', calleeKind: 'service', calls: 1, reached: 1 }],
        },
        limits: { calls: 2 },
      },
      {
        name: 'the payment provider, a search engine and a neighbour that is down',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'storefront' }],
          replies: [
            {
              caller: 'storefront',
              callee: 'api.stripe.com',
              calleeKind: 'external',
              host: 'api.stripe.com',
              port: 443,
              calls: 90,
              reached: 90,
            },
            {
              caller: 'storefront',
              callee: 'stripe',
              calleeKind: 'service',
              host: 'api.stripe.com',
              port: 443,
              calls: 90,
              reached: 90,
            },
            {
              caller: 'storefront',
              callee: 'search',
              calleeKind: 'external',
              host: 'search',
              port: 9200,
              calls: 90,
              reached: 90,
            },
            {
              caller: 'storefront',
              callee: 'mail',
              calleeKind: 'service',
              host: 'mail',
              port: 8080,
              calls: 90,
              reached: 0,
            },
          ],
        },
      },
      {
        name: 'a service whose spans are in other traces',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'storefront' }, { service: 'stock' }],
          replies: [
            {
              caller: 'storefront',
              callee: 'sv-17',
              calleeKind: 'external',
              host: 'sv-17',
              operation: 'GET /stock',
              calls: 9,
              reached: 9,
            },
          ],
          entries: [{ service: 'stock', operation: 'GET /stock', role: 'server', entries: 9, roots: 9 }],
        },
      },
    ],
  },
  evidence: ({ replies, services }) => ({
    applicable: replies.length > 0 || services.length !== 1,
    reason: 'There is one service, and it calls nobody.',
    samples: replies.reduce((sum, reply) => sum + reply.calls, 0),
    least: 1,
    of: 'calls to somebody who can be named',
    advice: 'Record CLIENT spans with server.address or service.peer.name.',
  }),
  audit: (rows, limit) => {
    const { replies, entries, services, overview } = rows
    const behind = serviceBehind(replies, entries, services)
    const stores = storeHosts(rows)
    const seconds = Math.max(1, ((overview[0]?.endMs ?? 0) - (overview[0]?.startMs ?? 0)) / 1000)
    const answering = new Set(
      replies.filter((reply) => reply.answered > 0).flatMap((reply) => [reply.callee, `${reply.host}:${reply.port}`]),
    )
    const silent = replies.filter(
      (reply) =>
        behind(reply.callee) === undefined &&
        !answering.has(reply.callee) &&
        (reply.host === '' || !answering.has(`${reply.host}:${reply.port}`)) &&
        isInside(reply, stores),
    )
    const findings: FindingDraft[] = []
    for (const [callee, calls] of grouped(silent, (reply) => reply.callee)) {
      const reached = calls.reduce((sum, call) => sum + call.reached, 0)
      if (reached < limit.calls || reached === 0) continue
      const callers = [...new Set(calls.map((call) => call.caller))].sort()
      const waitedMs = calls.reduce((sum, call) => sum + call.unansweredMs, 0)
      const traces = calls.reduce((sum, call) => sum + call.traces, 0)
      findings.push({
        severity: 'warning',
        message: `${callee} answers calls of ${callers.slice(0, 3).join(', ')}${callers.length > 3 ? ` and ${callers.length - 3} more` : ''} (${reached} seen, ${Math.round(waitedMs)} ms waited) and gives off no spans.`,
        where: { peer: callee },
        measured: { value: 0, unit: 'spans' },
        limit: { value: limit.calls, unit: 'count' },
        cost: { value: waitedMs / seconds, unit: 'ms/s' },
        share: traces / Math.max(1, overview[0]?.traces ?? 0),
        proof: joinedProof(calls.map((call) => sampledProof(call.traceIds, call.spanIds, call.reached))),
      })
    }
    return findings
  },
})
