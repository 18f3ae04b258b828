/**
 * Whether a finding that is gone could have been found again. Only then is it fixed.
 * Where a mend makes the very place vanish (a service gets its name, an address becomes a name), a vanished place is no loss.
 */
import { nameText } from '../place-text.js'
import { countText } from '../quantity-text.js'
import type { ComparableAudit, ComparableFinding, ComparableReport } from './comparable.js'

type Part = 'service' | 'peer' | 'store' | 'destination' | 'path'
type System = ComparableReport['system']

/** Parts of the place that a proper mend removes. */
const goneWhenMended: Readonly<Record<string, readonly Part[]>> = {
  'unnamed-service': ['service'],
  'hard-coded-endpoint': ['peer'],
  'dark-component': ['peer'],
  // Were it only silent, its callers would still show it.
  'pass-through-service': ['service'],
}

/** A report lists the most frequent requests only: a full list cannot say that one does not come. */
const mostRequests = 200

/** What SDKs call a service that has no name. */
const unnamed = /^unknown_service/

/** Under half of what there was is thinner evidence; above it, an ordinary day. */
const thinnerShare = 0.5

/** Why the newer evidence could not have shown the finding, as a clause; undefined when it could. */
export function lostEvidence(
  audit: ComparableAudit,
  finding: ComparableFinding,
  before: ComparableReport,
  after: ComparableReport,
): string | undefined {
  const now = after.audits.find((candidate) => candidate.id === audit.id)
  if (now === undefined) return 'the newer report has no such audit'
  if (now.outcome !== 'pass' && now.outcome !== 'fail') return `${now.outcome}: ${now.reason ?? 'no reason was given'}`
  return (
    lostPlace(audit, finding, before.system, after.system) ??
    lostRequest(audit, finding, before, after) ??
    blindNow(audit, now, finding) ??
    tooThin(audit, now, finding, before.system.traces, after.system.traces)
  )
}

function lostPlace(
  audit: ComparableAudit,
  { where }: ComparableFinding,
  before: System,
  after: System,
): string | undefined {
  const [then, now] = [nodesOf(before), nodesOf(after)]
  const spared = goneWhenMended[audit.id] ?? []
  const parts: readonly [Part, readonly (string | undefined)[]][] = [
    ['service', [where.service]],
    ['peer', [where.peer]],
    ['store', [where.store]],
    ['destination', [where.destination]],
    ['path', where.path ?? []],
  ]
  for (const [part, names] of parts) {
    if (spared.includes(part)) continue
    for (const name of names) {
      if (name === undefined || !then.has(name)) continue
      if (audit.family === 'visibility' && unnamed.test(name)) continue
      if (!now.has(name)) return `${nameText(name)} is no longer in the evidence`
      if (silent(name, after) && !silent(name, before))
        return `${nameText(name)} gives off no spans of its own any more`
    }
  }
  return undefined
}

function nodesOf(system: System): Set<string> {
  return new Set([
    ...system.services.map((service) => service.name),
    ...system.stores.map((store) => store.id),
    ...system.destinations.map((destination) => destination.id),
    ...system.calls.flatMap((call) => [call.from, call.to]),
  ])
}

function silent(name: string, system: System): boolean {
  return system.services.some((service) => service.name === name && !service.instrumented)
}

/** The kind of request in which the fault was seen, or which it is about, does not come any more. */
function lostRequest(
  audit: ComparableAudit,
  { where, proof }: ComparableFinding,
  before: ComparableReport,
  after: ComparableReport,
): string | undefined {
  // Mending what is visible joins traces and renames spans: other roots are then the sign of the mend.
  if (audit.family === 'visibility' || after.system.requests.length >= mostRequests) return undefined
  const { operation } = where
  const comes = ({ system }: ComparableReport, service: string | undefined, name: string) =>
    system.requests.some((request) => request.operation === name && (service ?? request.service) === request.service)
  if (operation !== undefined && comes(before, where.service, operation) && !comes(after, where.service, operation)) {
    return `no request ${nameText(operation)} is in the evidence any more`
  }
  const [traceId] = proof.traceIds
  const root = before.exhibits
    .find((exhibit) => exhibit.traceId === traceId)
    ?.spans.find((span) => span.parentSpanId === '')
  if (root === undefined || !comes(before, root.service, root.operation)) return undefined
  return comes(after, root.service, root.operation)
    ? undefined
    : `it was seen in requests ${nameText(root.operation)} of ${nameText(root.service)}, and none is in the evidence any more`
}

/** The audit says itself that it could not judge there; its list of blind places begins each with a name. */
function blindNow(before: ComparableAudit, now: ComparableAudit, { where }: ComparableFinding): string | undefined {
  const names = [where.service, where.peer, where.store, where.table, where.destination, where.operation]
  const known = new Set(before.blind)
  const place = now.blind.find(
    (text) => !known.has(text) && names.some((name) => name !== undefined && name !== '' && begins(text, name)),
  )
  return place === undefined ? undefined : `the audit could not judge there: ${nameText(place, 300)}`
}

/** `orders: no db.namespace` begins with `orders`, and not with `order`. */
function begins(text: string, name: string): boolean {
  return text.startsWith(name) && !/^[\w-]/.test(text.slice(name.length))
}

/**
 * A pass says how rare an effect it would have missed; a fault rarer than that may still be there. Samples alone prove nothing:
 * a mend leaves fewer retries to count. The whole evidence must have become thinner with them.
 */
function tooThin(
  before: ComparableAudit,
  now: ComparableAudit,
  { share }: ComparableFinding,
  tracesBefore: number,
  tracesNow: number,
): string | undefined {
  if (now.floor === undefined || share === undefined || share >= now.floor) return undefined
  if (now.samples >= before.samples * thinnerShare || tracesNow >= tracesBefore * thinnerShare) return undefined
  return `only ${countText(now.samples, 'sample')} where there were ${countText(before.samples, 'sample')}: too few to see it`
}
