/**
 * A part of the running system that nobody wrote down: no declaration, owner or decision of the charter names it.
 *
 *     reports ──▶ postgresql://pg-reports/reports      the charter knows neither
 *
 * Patterns of tables and keys cover the whole store. Where the charter declares nothing of a kind there is one finding for the kind:
 * it has not been begun, and a list of every store would tell no more.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows, ComponentRow } from '../../model/charter.js'
import type { FindingDraft, Place } from '../../model/finding.js'
import { fitsGlob } from '../../lib/place-pattern.js'
import type { SurveyRows } from '../../survey/rows.js'
import { coversDestination } from './covers-destination.js'
import { coversStore } from './covers-store.js'
import { seenComponents, type SeenComponent } from './seen-components.js'
import { toldName, toldNames } from './told-names.js'

const limits = {
  spans: {
    default: 5,
    unit: 'spans',
    why: 'What shows up in fewer spans may be a script that somebody ran once.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<
  SurveyRows & CharterRows,
  'services' | 'storeUse' | 'destinationUse' | 'overview' | 'charter' | 'charterComponents' | 'charterServiceOwners'
>

const kinds = ['service', 'store', 'cache', 'destination'] as const
const plural = { service: 'services', store: 'stores', cache: 'caches', destination: 'destinations' } as const
const mostNames = 20

function isDeclared({ kind, name }: SeenComponent, rows: readonly Pick<ComponentRow, 'kind' | 'place'>[]): boolean {
  if (kind === 'service') return rows.some((row) => row.kind === 'service' && fitsGlob(row.place, name))
  const covers = kind === 'destination' ? coversDestination : coversStore
  return rows.some((row) => row.kind !== 'service' && covers(row.place, name))
}

function placeOf({ kind, name }: SeenComponent): Place {
  if (kind === 'service') return { service: name }
  return kind === 'destination' ? { destination: name } : { store: name }
}

function told({ kind, name, spans, traces, users }: SeenComponent): string {
  const nobody = `No declaration, owner or decision of the charter names the ${kind} ${toldName(name)}`
  if (kind === 'service') return `${nobody}, which takes part in ${traces} traces.`
  return `${nobody}, which ${toldNames(users)} ${users.length === 1 ? 'uses' : 'use'} (${spans} spans).`
}

export const undeclaredComponent = defineAudit<Needs, typeof limits>({
  id: 'undeclared-component',
  family: 'requirements',
  title: 'Everything that runs is declared',
  failureTitle: 'A part of the system is declared nowhere',
  definition:
    'A service, store, cache or destination is seen in the evidence, and no component, owner or decision of the charter names it. Stores without a comparable address and destinations without a name are not judged.',
  why: 'What nobody wrote down nobody decided on: it has no reason, no owner and no limit, and it is found in the incident that it causes. Much of it is left over from a trial, and is paid for every month.',
  fix: 'Find out who put it there (the traces name its users). If it is meant to stay, declare it: a service under `services` with its team, a store under `owns` of its service, a destination under `destinations`, and the decision that brought it. If it is not, take it out.',
  verify: 'Audit again with the charter: everything that is seen is declared.',
  needs: ['services', 'storeUse', 'destinationUse', 'overview', 'charter', 'charterComponents', 'charterServiceOwners'],
  limits,
  references: [
    { title: 'ArchUnit: code that keeps to the architecture', url: 'https://www.archunit.org/' },
    { title: 'EventCatalog: what exists and who owns it', url: 'https://www.eventcatalog.dev/' },
  ],
  examples: {
    fires: [
      {
        name: 'a service, a store, a cache and a destination beside declared ones',
        rows: {
          overview: [{ traces: 100 }],
          services: [
            { service: 'orders', spans: 400, traces: 80 },
            { service: 'reports', spans: 5, traces: 5, traceIds: ['a1'] },
          ],
          storeUse: [
            {
              store: 'postgresql://pg-orders:5432/orders',
              system: 'postgresql',
              known: 1,
              service: 'orders',
              spans: 80,
            },
            {
              store: 'postgresql://pg-reports:5432/reports',
              system: 'postgresql',
              known: 1,
              service: 'reports',
              spans: 5,
            },
            { store: 'redis://redis-orders:6379/0', system: 'redis', known: 1, service: 'orders', spans: 80 },
            { store: 'redis://redis-reports:6379/0', system: 'redis', known: 1, service: 'reports', spans: 5 },
          ],
          destinationUse: [
            { destination: 'kafka://broker/orders.placed', name: 'orders.placed', service: 'orders', spans: 80 },
            { destination: 'kafka://broker/reports.due', name: 'reports.due', service: 'reports', spans: 5 },
          ],
          charter: [{ system: 'bookshop' }],
          charterComponents: [
            { kind: 'service', place: 'orders' },
            { kind: 'store', place: 'postgresql://pg-orders/orders' },
            { kind: 'cache', place: 'redis://redis-orders' },
            { kind: 'destination', place: 'orders.*' },
          ],
        },
        severities: ['warning', 'warning', 'warning', 'warning'],
      },
      {
        name: 'no store is declared at all: one finding for three',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'orders', spans: 400 }],
          storeUse: ['orders', 'stock', 'prices'].map((name) => ({
            store: `postgresql://pg-${name}:5432/${name}`,
            system: 'postgresql',
            known: 1,
            service: 'orders',
            spans: 80,
          })),
          charter: [{ system: 'bookshop' }],
          charterComponents: [{ kind: 'service', place: 'orders' }],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'tables, keys, globs and exchanges cover what they are in; CODEOWNERS names services too',
        rows: {
          services: [
            { service: 'orders', spans: 400 },
            { service: 'stock', spans: 400 },
          ],
          storeUse: [
            {
              store: 'postgresql://pg-orders:5432/orders',
              system: 'postgresql',
              known: 1,
              service: 'orders',
              spans: 80,
            },
            { store: 'redis://redis-orders:6379/0', system: 'redis', known: 1, service: 'orders', spans: 80 },
          ],
          destinationUse: [
            { destination: 'rabbitmq://broker/orders:orders.placed', name: 'orders:orders.placed', spans: 80 },
            { destination: 'rabbitmq:///orders:orders.paid', name: 'orders:orders.paid', spans: 80 },
            { destination: 'rabbitmq://broker/{id}', name: '{id}', spans: 80 },
          ],
          charter: [{ system: 'bookshop' }],
          charterComponents: [
            { kind: 'service', place: 'ord*' },
            { kind: 'store', place: 'postgresql://pg-orders/orders/invoices', by: 'owner' },
            { kind: 'cache', place: 'redis://redis-orders/order:{id}', by: 'decision' },
            { kind: 'destination', place: 'rabbitmq://broker/orders' },
          ],
          charterServiceOwners: [{ service: 'stock', team: 'shelves', practice: 'codeowners' }],
        },
      },
      {
        name: 'a script that ran once, spans without a name, and a store at no address',
        rows: {
          services: [
            { service: 'orders', spans: 400 },
            { service: 'backfill', spans: 4 },
            { service: 'unknown_service:node', spans: 400 },
          ],
          storeUse: [
            { store: 'postgresql://(orders)/orders', system: 'postgresql', known: 0, service: 'orders', spans: 80 },
          ],
          charter: [{ system: 'bookshop' }],
          charterComponents: [{ kind: 'service', place: 'orders' }],
        },
      },
      { name: 'no charter', rows: { services: [{ service: 'orders', spans: 400 }] } },
    ],
  },
  evidence: (survey, limit) => {
    const { charter, storeUse, destinationUse } = survey
    const unknownStores = storeUse
      .filter((row) => row.known === 0)
      .map((row) => `${row.service}: ${row.system} without server.address or db.namespace`)
    const unnamed = destinationUse
      .filter((row) => row.destination === '')
      .map((row) => `${row.service}: ${row.system} without messaging.destination.name`)
    return {
      applicable: true,
      samples: charter.length === 0 ? 0 : seenComponents(survey).filter((seen) => seen.spans >= limit.spans).length,
      least: 1,
      of: charter.length === 0 ? 'charters' : 'services, stores and destinations with a name',
      advice:
        charter.length === 0
          ? 'Write a charter (faultline init EVIDENCE), which begins with everything that is seen.'
          : 'Let the instrumentation set service.name, server.address and messaging.destination.name.',
      blind: charter.length === 0 ? [] : [...new Set([...unknownStores, ...unnamed])],
    }
  },
  audit: (survey, limit) => {
    const declared = [
      ...survey.charterComponents,
      ...survey.charterServiceOwners.map((row) => ({ kind: 'service' as const, place: row.service })),
    ]
    const undeclared = seenComponents(survey).filter((seen) => seen.spans >= limit.spans && !isDeclared(seen, declared))
    const traces = survey.overview[0]?.traces ?? 0
    const finding = (parts: readonly SeenComponent[], where: Place, message: string): FindingDraft => ({
      severity: 'warning',
      message,
      where,
      measured: { value: Math.max(...parts.map((part) => part.spans)), unit: 'spans' },
      limit: { value: limit.spans, unit: 'spans' },
      share: traces > 0 ? Math.max(...parts.map((part) => part.traces)) / traces : 0,
      proof: {
        traceIds: [...new Set(parts.flatMap((part) => part.traceIds.slice(0, Math.ceil(10 / parts.length))))],
        spanIds: [],
        samples: parts.reduce((sum, part) => sum + part.spans, 0),
      },
    })
    return kinds.flatMap((kind) => {
      const parts = undeclared.filter((seen) => seen.kind === kind)
      const [, second] = parts
      if (second === undefined || declared.some((row) => row.kind === kind)) {
        return parts.map((part) => finding([part], placeOf(part), told(part)))
      }
      const names = parts.map((part) => part.name).sort()
      const message = `The charter declares no ${kind}, and ${parts.length} ${plural[kind]} run: ${toldNames(names)}.`
      return [finding(parts, { path: names.slice(0, mostNames) }, message)]
    })
  },
})
