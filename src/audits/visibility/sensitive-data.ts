/**
 * E-mail addresses, card numbers, tokens and passwords in spans: telemetry is read by more people, kept longer and guarded less than the database.
 *
 *     GET /users?email=ada@bookshop.example      authorization: Bearer eyJ…      VALUES ('4111 1111 1111 1111')
 *
 * It finds by value, not by the name of the key, and never prints the value. Confused with ids: one id in ten passes the cards' check
 * digit, so a key holds cards only when most of its long numbers are cards, and more than one or written in groups.
 * Masked values, git@host, package@version, image@2x.png, service accounts and hosts of the inside are no leaks.
 */
import { grouped } from '../../lib/grouped.js'
import { joinedProof, sampledProof } from '../../lib/sampled-proof.js'
import { defineAudit, type Limit } from '../../model/audit.js'
import type { FindingDraft } from '../../model/finding.js'
import type { SurveyRows } from '../../survey/rows.js'

const limits = {
  spans: {
    default: 1,
    unit: 'spans',
    why: 'One is a leak.',
    source: 'house',
  },
  cardShare: {
    default: 0.5,
    unit: 'ratio',
    why: 'Of random numbers one in ten passes the check digit; of card numbers all do.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows, 'sensitiveValues' | 'overview'>
type Sensitive = SurveyRows['sensitiveValues'][number]

/** Whether the card numbers at a place are cards rather than ids that look like them. */
function areCards(cards: Sensitive, rows: readonly Sensitive[], share: number): boolean {
  if (cards.grouped > 0) return true
  const others = rows.find((row) => row.kind === 'long number')?.spans ?? 0
  return cards.spans > 1 && cards.spans / (cards.spans + others) > share
}

/** Rows of one place and, when the same spans hold the same kinds under several keys (a URL and its target), of all of them. */
function placeName(rows: readonly Sensitive[]): string {
  const place = rows[0]?.place ?? ''
  if (place === 'span name' || place === 'status message') return place
  const keys = [...new Set(rows.map((row) => row.key))].sort()
  return `${place} attribute${keys.length > 1 ? 's' : ''} ${keys.join(', ')}`
}

export const sensitiveData = defineAudit<Needs, typeof limits>({
  id: 'sensitive-data',
  family: 'visibility',
  title: 'Spans hold no personal data and no secrets',
  failureTitle: 'Spans hold personal data or secrets',
  definition:
    'Values in attributes, statements, events and names of spans that are e-mail addresses, card numbers (with a valid check digit), tokens or passwords; where they are, never what they are.',
  why: 'Whoever can open a trace can now sign in as the customer, or must be told to the regulator. Traces leave the company’s network to a vendor, sit in backups and chat threads, and nobody deletes them when the customer asks.',
  fix: 'Stop it at the source: bind values instead of writing them into statements, keep them out of URLs, and take headers off the list of captured ones. As a net, mask the attribute in the Collector (redaction or transform processor). Tokens and passwords that are found must be revoked: they are known now.',
  verify:
    'Record again: the attribute holds a template, an id or a masked value. Ask the backend for the old spans to be deleted.',
  needs: ['sensitiveValues', 'overview'],
  limits,
  references: [
    {
      title: 'Handling sensitive data, OpenTelemetry',
      url: 'https://opentelemetry.io/docs/security/handling-sensitive-data/',
    },
    {
      title: 'OWASP Logging Cheat Sheet: data to exclude',
      url: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude',
    },
  ],
  examples: {
    fires: [
      {
        name: 'one address in a statement',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            {
              service: 'users',
              place: 'span',
              key: 'db.query.text',
              kind: 'e-mail address',
              spans: 1,
              traces: 1,
              traceIds: ['a1'],
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'one value under two keys of the same spans',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: ['http.target', 'http.url'].map((key) => ({
            service: 'users',
            place: 'span',
            key,
            kind: 'e-mail address',
            spans: 2,
            traces: 2,
            traceIds: ['a1', 'a2'],
            spanIds: ['b1', 'b2'],
          })),
        },
        severities: ['warning'],
      },
      {
        name: 'a token and a password at one place are one finding',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            { service: 'users', place: 'event', key: 'exception.message', kind: 'password', spans: 2, traces: 2 },
            { service: 'users', place: 'event', key: 'exception.message', kind: 'token', spans: 1, traces: 1 },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'six of eleven long numbers are cards',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            { service: 'payments', place: 'span', key: 'app.note', kind: 'card number', spans: 6, traces: 6 },
            { service: 'payments', place: 'span', key: 'app.note', kind: 'long number', spans: 5, traces: 5 },
          ],
        },
        severities: ['critical'],
      },
      {
        name: 'one card, written as cards are',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            {
              service: 'payments',
              place: 'span',
              key: 'app.note',
              kind: 'card number',
              spans: 1,
              grouped: 1,
              traces: 1,
            },
          ],
        },
        severities: ['critical'],
      },
    ],
    quiet: [
      {
        name: 'ids of sixteen digits, half of them with a valid check digit',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            { service: 'orders', place: 'span', key: 'order.id', kind: 'card number', spans: 5, traces: 5 },
            { service: 'orders', place: 'span', key: 'order.id', kind: 'long number', spans: 5, traces: 5 },
          ],
        },
      },
      {
        name: 'a single number that may be anything',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            { service: 'orders', place: 'span', key: 'order.id', kind: 'card number', spans: 1, traces: 1 },
          ],
        },
      },
      {
        name: 'a limit of two spans',
        rows: {
          overview: [{ traces: 100, spans: 500 }],
          sensitiveValues: [
            { service: 'users', place: 'span', key: 'url.full', kind: 'e-mail address', spans: 1, traces: 1 },
          ],
        },
        limits: { spans: 2 },
      },
    ],
  },
  evidence: ({ overview }) => ({
    applicable: true,
    samples: overview[0]?.spans ?? 0,
    least: 1,
    of: 'spans',
    advice: 'Give it traces.',
  }),
  audit: ({ sensitiveValues, overview }, limit) => {
    const byKey = grouped(sensitiveValues, (row) => `${row.service}\0${row.place}\0${row.key}`)
    const leaksByKey = [...byKey.values()].map((rows) =>
      rows
        .filter((row) => row.kind !== 'long number' && row.spans >= limit.spans)
        .filter((row) => row.kind !== 'card number' || areCards(row, rows, limit.cardShare)),
    )
    // equal samples of spans and equal counts: one value, written under two keys
    const places = grouped(leaksByKey, (leaks) =>
      [
        leaks[0]?.service,
        leaks[0]?.place,
        ...leaks.flatMap((row) => [row.kind, row.spans, ...row.spanIds]),
        ...(leaks[0]?.spanIds.length ? [] : [leaks[0]?.key]),
      ].join('\0'),
    )
    return [...places.values()].flatMap((keys): FindingDraft[] => {
      const leaks = keys[0] ?? []
      const [first] = leaks
      if (!first) return []
      const spans = Math.max(...leaks.map((row) => row.spans))
      const kinds = leaks.map((row) => `${row.kind} (${row.spans} ${row.place === 'resource' ? 'processes' : 'spans'})`)
      return [
        {
          severity: leaks.some((row) => row.kind !== 'e-mail address') ? 'critical' : 'warning',
          message: `${first.service || 'A service without a name'} writes what nobody should keep into the ${placeName(keys.flat())}: ${kinds.join(', ')}.`,
          where: { service: first.service, operation: placeName(keys.flat()) },
          measured: { value: spans, unit: 'spans' },
          limit: { value: limit.spans, unit: 'spans' },
          cost: { value: spans, unit: 'spans' },
          share: Math.max(...leaks.map((row) => row.traces)) / Math.max(1, overview[0]?.traces ?? 0),
          proof: joinedProof(leaks.map((row) => sampledProof(row.traceIds, row.spanIds, row.spans))),
        },
      ]
    })
  },
})
