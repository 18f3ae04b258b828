/**
 * A part that the charter names and no evidence shows, although the evidence shows most of its neighbours.
 *
 *     declared: orders, payments, gift-wrapping          seen: orders, payments
 *
 * Silence proves little, so this audit speaks late: only once half of the declared parts of that kind were seen, and never where a
 * store without an address or a call to that host may be the part that is missed. A part that gives off no spans but is called is
 * dark-component's business.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows, ComponentRow } from '../../model/charter.js'
import type { SurveyRows } from '../../survey/rows.js'
import { declaredParts, type DeclaredPart } from './declared-parts.js'
import { toldName } from './told-names.js'

const limits = {
  traces: {
    default: 100,
    unit: 'traces',
    why: 'What takes part in three of a hundred requests is seen in a hundred traces with 95 % certainty.',
    source: 'rule of three',
  },
  covered: {
    default: 0.5,
    unit: 'ratio',
    why: 'Where fewer of the declared parts of a kind were seen, it is the evidence that is a part of the system.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<
  SurveyRows & CharterRows,
  | 'services'
  | 'calls'
  | 'storeUse'
  | 'destinationUse'
  | 'overview'
  | 'charter'
  | 'charterComponents'
  | 'charterDecisions'
>

const kinds = ['service', 'store', 'cache', 'destination'] as const

interface Cover {
  kind: ComponentRow['kind']
  parts: DeclaredPart[]
  seen: number
  /** Whether enough of the kind was seen for the rest to be missed. */
  isCovered: boolean
}

function covers(survey: Needs, limit: { covered: number }): Cover[] {
  const all = declaredParts(survey)
  return kinds.map((kind) => {
    const parts = all.filter((part) => part.row.kind === kind)
    const judged = parts.filter((part) => part.state !== 'unknowable').length
    const seen = parts.filter((part) => part.state === 'seen').length
    return { kind, parts, seen, isCovered: seen > 0 && seen >= limit.covered * judged }
  })
}

function origin({ file, line }: ComponentRow): string {
  return line > 0 ? ` (${toldName(file)}:${line})` : ''
}

export const phantomComponent = defineAudit<Needs, typeof limits>({
  id: 'phantom-component',
  family: 'requirements',
  title: 'Everything that is declared runs',
  failureTitle: 'A declared part of the system is never seen',
  definition:
    'A service, store, cache or destination that the charter declares, gives an owner or decided on is in none of the traces, although at least half of the declared parts of its kind are. Targets of decisions that are not in force, or of kind other, are not looked for.',
  why: 'A plan that still shows what was switched off misleads whoever looks at it at night. If the part does run, it is worse: nobody would see it fail.',
  fix: 'Ask its owner whether it runs. If not, delete it from the charter and set the decision that brought it to superseded. If it does, instrument it, or record for long enough that it is used; correct the name if the charter spells it differently.',
  verify: 'Audit the next recording with the charter: each declared part is seen.',
  needs: [
    'services',
    'calls',
    'storeUse',
    'destinationUse',
    'overview',
    'charter',
    'charterComponents',
    'charterDecisions',
  ],
  limits,
  references: [
    { title: 'Rule of three (statistics)', url: 'https://en.wikipedia.org/wiki/Rule_of_three_(statistics)' },
    { title: 'EventCatalog: what exists and who owns it', url: 'https://www.eventcatalog.dev/' },
  ],
  examples: {
    fires: [
      {
        name: 'one service of two, and one store of two',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'orders', spans: 400 }],
          storeUse: [
            { store: 'postgresql://pg-orders:5432/orders', system: 'postgresql', known: 1, service: 'orders' },
          ],
          charter: [{ system: 'bookshop' }],
          charterComponents: [
            { kind: 'service', place: 'orders' },
            { kind: 'service', place: 'gift-wrapping', by: 'owner', file: 'faultline.yaml', line: 12 },
            { kind: 'store', place: 'postgresql://pg-orders/orders' },
            { kind: 'store', place: 'postgresql://pg-gifts/gifts' },
          ],
        },
        severities: ['warning', 'warning'],
      },
      {
        name: 'a cache and a destination that were decided on',
        rows: {
          overview: [{ traces: 100 }],
          storeUse: [{ store: 'redis://redis-cart:6379/0', system: 'redis', known: 1, service: 'cart' }],
          destinationUse: [{ destination: 'kafka://broker/orders.placed', name: 'orders.placed', service: 'orders' }],
          charter: [{ system: 'bookshop' }],
          charterComponents: [
            { kind: 'cache', place: 'redis://redis-cart' },
            { kind: 'cache', place: 'redis://redis-stock', by: 'decision' },
            { kind: 'destination', place: 'orders.*' },
            { kind: 'destination', place: 'gifts.*', by: 'decision' },
          ],
          charterDecisions: [
            { decision: 'cache-stock', kind: 'cache', target: 'redis://redis-stock' },
            { decision: 'gifts-by-event', kind: 'queue', target: 'gifts.*' },
          ],
        },
        severities: ['warning', 'warning'],
      },
    ],
    quiet: [
      {
        name: '99 traces',
        rows: {
          overview: [{ traces: 99 }],
          services: [{ service: 'orders', spans: 400 }],
          charter: [{ system: 'bookshop' }],
          charterComponents: [{ place: 'orders' }, { place: 'gift-wrapping' }],
        },
      },
      {
        name: 'one service of three: the evidence is of a part of the system',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'orders', spans: 400 }],
          charter: [{ system: 'bookshop' }],
          charterComponents: [{ place: 'orders' }, { place: 'gift-wrapping' }, { place: 'loyalty' }],
        },
      },
      {
        name: 'called, or perhaps behind the store without an address',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'orders', spans: 400 }],
          calls: [
            {
              caller: 'orders',
              callee: 'gift-wrapping:8080',
              calleeKind: 'external',
              address: 'gift-wrapping',
              calls: 9,
            },
          ],
          storeUse: [
            { store: 'postgresql://pg-orders:5432/orders', system: 'postgresql', known: 1, service: 'orders' },
            { store: 'postgresql://(gifts)/gifts', system: 'postgresql', known: 0, service: 'gifts' },
          ],
          charter: [{ system: 'bookshop' }],
          charterComponents: [
            { kind: 'service', place: 'orders' },
            { kind: 'service', place: 'gift-wrapping' },
            { kind: 'store', place: 'postgresql://pg-orders/orders' },
            { kind: 'store', place: 'postgresql://pg-gifts/gifts' },
          ],
        },
      },
      {
        name: 'decided on, but not yet agreed to, or no part of the system',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'orders', spans: 400 }],
          charter: [{ system: 'bookshop' }],
          charterComponents: [
            { place: 'orders' },
            { place: 'gift-wrapping', by: 'decision' },
            { place: 'kubernetes', by: 'decision' },
          ],
          charterDecisions: [
            { decision: 'gifts-apart', kind: 'split', target: 'gift-wrapping', status: 'proposed' },
            { decision: 'run-on-kubernetes', kind: 'other', target: 'kubernetes' },
          ],
        },
      },
    ],
  },
  evidence: (survey, limit) => {
    const [given] = survey.charter
    const kindsDeclared = covers(survey, limit).filter(({ parts }) => parts.length > 0)
    return {
      applicable: !given || kindsDeclared.length > 0,
      reason: 'The charter declares no part of the system.',
      samples: given ? (survey.overview[0]?.traces ?? 0) : 0,
      least: given ? limit.traces : 1,
      of: given ? 'traces' : 'charters',
      advice: given
        ? 'Record longer, until even what is rarely used is seen.'
        : 'Write a charter (faultline init EVIDENCE), which begins with everything that is seen.',
      blind: kindsDeclared.flatMap(({ kind, parts, seen, isCovered }) => [
        ...(isCovered ? [] : [`${kind}: only ${seen} of ${parts.length} declared are seen`]),
        ...parts
          .filter((part) => part.state === 'unknowable')
          .map((part) => `${kind} ${toldName(part.row.place)}: ${part.reason}`),
      ]),
    }
  },
  audit: (survey, limit) => {
    const traces = survey.overview[0]?.traces ?? 0
    return covers(survey, limit)
      .filter(({ isCovered }) => isCovered)
      .flatMap(({ kind, parts, seen }) =>
        parts
          .filter((part) => part.state === 'unseen')
          .map(({ row }) => ({
            severity: 'warning' as const,
            message: `The charter names the ${kind} ${toldName(row.place)}${origin(row)}, and none of ${traces} traces shows it; ${seen} of ${parts.length} declared are seen.`,
            where:
              kind === 'service'
                ? { service: row.place }
                : kind === 'destination'
                  ? { destination: row.place }
                  : { store: row.place },
            measured: { value: 0, unit: 'traces' as const },
            limit: { value: 1, unit: 'traces' as const },
            proof: { traceIds: [], spanIds: [], samples: traces },
          })),
      )
  },
})
