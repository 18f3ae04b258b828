/**
 * What one service asks of another, or tells it by message, and no contract promises.
 *
 *     cart ──bookshop.Pricing/LinePrice──▶ pricing        pricing.proto has no LinePrice any more
 *
 * Once some contracts are given, what they leave out is a gap; of a protocol of which no contract is given nothing is said. Confused with
 * a call of an operation that has no name in the spans (blind), and with a route that a gateway prefixes (paths are compared from their end).
 */
import { grouped } from '../../lib/grouped.js'
import { largest, sum } from '../../lib/totals.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'
import { contractExamples } from './undeclared-contract-examples.js'
import { contractKindOf, fitsChannel, fitsOperation, methodOf, servicesOf } from './contract-cover.js'

const limits = {
  uses: {
    default: 5,
    unit: 'count',
    why: 'What was asked fewer times may be somebody’s trial.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'contracts' | 'calls' | 'destinationUse' | 'services' | 'overview'>
type Call = Needs['calls'][number]

const mostTold = 5
/** Every server answers these, and no contract lists them. */
const housekeeping =
  /^grpc\.(?:health|reflection)\.|^[a-z]+ \/(?:-\/)?(?:health|healthz|ready|readyz|live|livez|metrics|ping)(?:\/|$)/i

const kindTexts = { openapi: 'OpenAPI document', proto: '.proto file', asyncapi: 'AsyncAPI document' } as const
type Kind = keyof typeof kindTexts

function isGiven({ contracts }: Needs, kind: Kind): boolean {
  return contracts.some((row) => row.kind === kind)
}

/** Calls between services that a contract of a kind that is given could name. */
function judgedCalls(survey: Needs): Call[] {
  return survey.calls.filter(({ calleeKind, caller, callee, operation }) => {
    const kind = contractKindOf(operation)
    if (calleeKind !== 'service' || caller === callee || kind === undefined || housekeeping.test(operation))
      return false
    return isGiven(survey, kind)
  })
}

function destinations(survey: Needs): [string, Needs['destinationUse']][] {
  if (!isGiven(survey, 'asyncapi')) return []
  const named = survey.destinationUse.filter(
    ({ destination, name }) => destination !== '' && name !== '' && name !== '{id}',
  )
  return [...grouped(named, ({ destination }) => destination)]
}

function names(list: readonly string[]): string {
  const told = [...new Set(list)]
  const more = told.length - mostTold
  return [...told.slice(0, mostTold), ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

export const undeclaredContract = defineAudit<Needs, typeof limits>({
  id: 'undeclared-contract',
  family: 'data',
  title: 'Contracts cover what services ask of each other',
  failureTitle: 'A service is asked for what no contract promises',
  definition:
    'Once a contract of the protocol is given (OpenAPI for HTTP, .proto for RPC, AsyncAPI for messages): a call between services, or a destination, seen five times or more, that none of them covers. Method and path are compared from the end of the path; a contract whose title or host names a running service covers that one alone. Health checks, reflection and metrics are left out.',
  why: 'What is in no contract is known to nobody but the two who use it: it is not versioned, not tested against, and not looked at when the service changes. The next deployment removes it in good faith, and the caller breaks.',
  fix: 'Add the operation or channel to the contract, or move the caller to one that is promised and take the old one out. Then let the build fail on differences: compare the served routes with the contract (oasdiff, buf breaking, AsyncAPI diff), and run consumer-driven tests against it.',
  verify: 'Audit again with traces and contracts together: nothing is left.',
  needs: ['contracts', 'calls', 'destinationUse', 'services', 'overview'],
  limits,
  references: [
    { title: 'OpenAPI specification', url: 'https://spec.openapis.org/oas/latest.html' },
    { title: 'AsyncAPI specification', url: 'https://www.asyncapi.com/docs/reference/specification/latest' },
    {
      title: 'Consumer-driven contracts, Ian Robinson',
      url: 'https://martinfowler.com/articles/consumerDrivenContracts.html',
    },
  ],
  examples: contractExamples,
  evidence: (survey) => {
    const { contracts, calls, destinationUse } = survey
    const unnamed = calls.filter(
      ({ calleeKind, operation }) => calleeKind === 'service' && contractKindOf(operation) === undefined,
    )
    const kinds = [
      ...calls.flatMap(({ calleeKind, operation }) =>
        calleeKind === 'service' ? (contractKindOf(operation) ?? []) : [],
      ),
      ...(destinationUse.length > 0 ? ['asyncapi' as const] : []),
    ]
    return {
      applicable:
        calls.some(({ calleeKind }) => calleeKind === 'service') || destinationUse.length > 0 || contracts.length === 0,
      reason: 'No service calls another, and none sends messages.',
      samples: judgedCalls(survey).length + destinations(survey).length,
      least: 1,
      of: 'operations and destinations of which a contract could tell',
      advice: 'Give the contracts beside the traces: OpenAPI documents, .proto files, AsyncAPI documents.',
      blind:
        contracts.length === 0
          ? []
          : [
              ...[...new Set(kinds)]
                .filter((kind) => !isGiven(survey, kind))
                .map((kind) => `no ${kindTexts[kind]} is given`),
              ...[
                ...new Set(
                  unnamed.map(
                    ({ callee, operation }) =>
                      `${callee}: ${operation === '' ? 'operations without a name' : operation}`,
                  ),
                ),
              ],
            ],
    }
  },
  audit: (survey, limit) => {
    const { contracts, overview, services } = survey
    const traces = sum(overview, (row) => row.traces)
    const running = services.map(({ service }) => service)
    const serving = contracts
      .filter(({ direction }) => direction === 'serve')
      .map((row) => ({ row, of: servicesOf(row, running) }))
    const byMethod = grouped(serving, ({ row }) => methodOf(row.channel))
    const covered = ({ callee, operation }: Call) =>
      (byMethod.get(methodOf(operation)) ?? []).some(
        ({ row, of }) => (of.length === 0 || of.includes(callee)) && fitsOperation(row, operation),
      )
    const judged = judgedCalls(survey)
    const missing = [
      ...grouped(judged, ({ callee, operation }) => JSON.stringify([callee, operation])).values(),
    ].filter((rows) => sum(rows, ({ calls }) => calls) >= limit.uses && !rows.every((row) => covered(row)))
    const promising = new Set([
      ...serving.flatMap(({ of }) => of),
      ...judged.filter((row) => covered(row)).map(({ callee }) => callee),
    ])
    // A service without any contract is one gap; of one that has some, each operation that is left out is.
    const gaps = grouped(missing.flat(), ({ callee, operation }) =>
      JSON.stringify(promising.has(callee) ? [callee, operation] : [callee]),
    )
    return [
      ...[...gaps.values()].flatMap((rows): FindingDraft[] => {
        const [first] = rows.toSorted((a, b) => b.calls - a.calls || (a.operation < b.operation ? -1 : 1))
        if (!first) return []
        const { callee, operation } = first
        const callers = [...new Set(rows.map(({ caller }) => caller))]
        const operations = [...new Set(rows.map((row) => row.operation))]
        const calls = sum(rows, (row) => row.calls)
        const whole = !promising.has(callee)
        return [
          {
            severity: 'warning',
            message: `${names(callers)} ${callers.length === 1 ? 'asks' : 'ask'} ${callee} for ${names(operations)} (${calls} calls), and no contract covers ${operations.length === 1 ? 'it' : 'them'}.`,
            where: whole ? { service: callee } : { service: callee, operation },
            measured: { value: operations.length, unit: 'count' },
            limit: { value: 0, unit: 'count' },
            share: traces > 0 ? largest(rows, (row) => row.traces) / traces : 0,
            proof: { traceIds: first.traceIds, spanIds: first.spanIds.slice(0, 1), samples: calls },
          },
        ]
      }),
      ...destinations(survey).flatMap(([destination, uses]): FindingDraft[] => {
        const spans = sum(uses, (use) => use.spans)
        const covers = contracts.some(
          ({ kind, channel }) => kind === 'asyncapi' && uses.some(({ name }) => fitsChannel(channel, name)),
        )
        if (covers || spans < limit.uses) return []
        return [
          {
            severity: 'warning',
            message: `No AsyncAPI document covers ${destination}, which ${names(uses.map(({ service }) => service))} use${new Set(uses.map(({ service }) => service)).size === 1 ? 's' : ''} (${spans} spans).`,
            where: { destination },
            measured: { value: 1, unit: 'count' },
            limit: { value: 0, unit: 'count' },
            share: traces > 0 ? largest(uses, (use) => use.traces) / traces : 0,
            proof: { traceIds: uses[0]?.traceIds ?? [], spanIds: [], samples: spans },
          },
        ]
      }),
    ]
  },
})
