/** Examples of contradicted-decision: each way in which an expectation may be false, and what only looks like it. */
import type { Audit } from '../../model/audit.js'
import type { CharterRows, ExpectationRow } from '../../model/charter.js'
import type { ExpectationSurvey } from './expectations.js'

export type ContradictionRows = ExpectationSurvey &
  Pick<CharterRows, 'charter' | 'charterDecisions' | 'charterExpectations'>

const charter = [{ system: 'bookshop', asOf: '2026-11-01' }]
const overview = [{ traces: 200 }]
const decided = { decision: 'orders-by-event' }
const services = [
  { service: 'orders', spans: 20, traceIds: ['a1'] },
  { service: 'notifications', spans: 20 },
]
const edge = (word: ExpectationRow['edge']) =>
  ({
    ...decided,
    kind: 'edge',
    text: `orders -> notifications ${word}`,
    from: 'orders',
    to: 'notifications',
    edge: word,
  }) as const
const called = [{ caller: 'orders', callee: 'notifications', calls: 120, traces: 100, traceIds: ['a1'] }]
const sent = [
  {
    destination: 'kafka://broker/orders',
    name: 'orders',
    service: 'orders',
    role: 'producer',
    spans: 20,
    traceIds: ['a1'],
  },
  { destination: 'kafka://broker/orders', name: 'orders', service: 'notifications', role: 'consumer', spans: 20 },
]
const owned = {
  decision: 'ledger-is-alone',
  kind: 'owner',
  text: 'owner: ledger',
  place: 'postgresql://ledger/*',
  owner: 'ledger',
} as const
const store = 'postgresql://ledger:5432/ledger'

export const contradictions: Audit<ContradictionRows>['examples'] = {
  fires: [
    {
      name: 'a forbidden call',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [edge('forbidden')],
        services,
        serviceEdges: called,
      },
      severities: ['warning'],
    },
    {
      name: 'called, though it is to be asynchronous',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [edge('async')],
        services,
        serviceEdges: called,
      },
      severities: ['warning'],
    },
    {
      name: 'a required edge that nobody uses',
      rows: {
        charter,
        overview,
        charterDecisions: [{ ...decided, status: 'provisional' }],
        charterExpectations: [edge('required')],
        services,
      },
      severities: ['warning'],
    },
    {
      name: 'messages where an answer was to be waited for',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [edge('sync')],
        services,
        destinationUse: sent,
      },
      severities: ['warning'],
    },
    {
      name: 'a second writer',
      rows: {
        charter,
        overview,
        charterDecisions: [{ decision: 'ledger-is-alone' }],
        charterExpectations: [owned],
        tableUse: [
          { store, known: 1, table: 'entries', service: 'ledger', spans: 50, writes: 50 },
          { store, known: 1, table: 'entries', service: 'payments', spans: 1, writes: 1, traceIds: ['a1'] },
        ],
      },
      severities: ['warning'],
    },
    {
      name: 'more calls for one request than the decision allows',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [
          {
            ...decided,
            kind: 'metric',
            text: 'callsPerRequest: <= 2',
            place: 'orders -> notifications',
            metric: 'callsPerRequest',
            comparator: '<=',
            value: 2,
            unit: 'calls/request',
          },
        ],
        pairs: [{ caller: 'orders', callee: 'notifications', requests: 60, p95Calls: 3, traceIds: ['a1'] }],
      },
      severities: ['warning'],
    },
  ],
  quiet: [
    {
      name: 'a message is not the forbidden call',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [edge('forbidden'), edge('async')],
        services,
        destinationUse: sent,
      },
    },
    {
      name: 'nobody uses the required edge, but one end was seen only nineteen times',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [edge('required')],
        services: [...services.slice(0, 1), { service: 'notifications', spans: 19 }],
      },
    },
    {
      name: 'the required edge leads through a gateway',
      rows: {
        charter,
        overview,
        charterDecisions: [decided],
        charterExpectations: [edge('required')],
        services,
        serviceEdges: [
          { caller: 'orders', callee: 'gateway', calls: 50 },
          { caller: 'gateway', callee: 'notifications', calls: 50, forwarded: 50 },
        ],
      },
    },
    {
      name: 'the other one only reads',
      rows: {
        charter,
        overview,
        charterDecisions: [{ decision: 'ledger-is-alone' }],
        charterExpectations: [owned],
        tableUse: [{ store, known: 1, table: 'entries', service: 'payments', spans: 50, reads: 50 }],
      },
    },
    {
      name: 'superseded',
      rows: {
        charter,
        overview,
        charterDecisions: [{ ...decided, status: 'superseded' }],
        charterExpectations: [edge('forbidden')],
        services,
        serviceEdges: called,
      },
    },
  ],
}
