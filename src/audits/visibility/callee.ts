/**
 * Who stands behind a name that callers use: a service that gives off spans, somebody inside that is silent, or the outside world.
 * A host name is no proof. When nothing else tells, a service whose untraced entries are just the operations asked of that address is it.
 */
import type { SurveyRows } from '../../survey/rows.js'

type Reply = SurveyRows['replies'][number]
type Entry = SurveyRows['entries'][number]

/** Names of public domains in two labels (`stripe.com`); inside a cluster the second label is a namespace (`catalogue.shop`). */
const publicSuffix = /^([a-z]{2}|com|net|org|edu|gov|info|biz|dev|app|cloud|live|tech|online|site|store|page)$/
const insideSuffix = /\.(svc|svc\.[a-z0-9.-]+|local|internal|lan|intranet|corp|consul|cluster|localdomain|home\.arpa)$/
const privateAddress =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)|^\[?f[cd][0-9a-f]{2}:/i
const ipAddress = /^\d{1,3}(\.\d{1,3}){3}$|:/
/** The machine itself (a sidecar answers there), the cloud's metadata service and the orchestrator are nobody's component. */
const platform =
  /^(localhost(@.*)?|127\.|0\.0\.0\.0|\[?::1\]?$|169\.254\.|metadata(\.google\.internal)?$|kubernetes(\.default)?(\.svc.*)?$|host\.docker\.internal$|instance-data)/i

/** Whether an address lies inside the system, as far as its form tells. */
export function insideAddress(host: string): boolean {
  const name = host.toLowerCase()
  if (name === '' || platform.test(name)) return false
  if (ipAddress.test(name)) return privateAddress.test(name)
  if (insideSuffix.test(name)) return true
  const labels = name.split('.')
  if (labels.length === 1) return true
  return labels.length === 2 && !publicSuffix.test(labels[1] ?? '')
}

/** `GET /books/{id}`, `GET /books/:id` and `GET /books/<id>` are one operation. */
export function sameOperation(operation: string): string {
  return operation.replaceAll(/\{[^}]*\}|<[^>]*>|:[A-Za-z_]\w*|\*+/g, '{}').replace(/(.)\/$/, '$1')
}

/** Entries without a trace, by service and operation. */
export function untracedEntries(entries: readonly Entry[]): Map<string, Map<string, number>> {
  const services = new Map<string, Map<string, number>>()
  for (const entry of entries) {
    if (entry.role !== 'server' || entry.roots === 0) continue
    const operations = services.get(entry.service) ?? new Map<string, number>()
    const operation = sameOperation(entry.operation)
    operations.set(operation, (operations.get(operation) ?? 0) + entry.roots)
    services.set(entry.service, operations)
  }
  return services
}

/**
 * For each address (or name) that was never answered: the one service whose untraced entries account for at least half of
 * what was asked there, operation by operation. Addresses that several services fit are left out.
 */
function servicesByBehaviour(replies: readonly Reply[], entries: readonly Entry[]): Map<string, string> {
  const asked = new Map<string, Map<string, number>>()
  const answered = new Set<string>()
  for (const reply of replies) {
    if (reply.answered > 0) answered.add(reply.callee)
    const operations = asked.get(reply.callee) ?? new Map<string, number>()
    const operation = sameOperation(reply.operation)
    operations.set(operation, (operations.get(operation) ?? 0) + reply.reached)
    asked.set(reply.callee, operations)
  }
  const untraced = untracedEntries(entries)
  const found = new Map<string, string>()
  for (const [callee, operations] of asked) {
    if (answered.has(callee)) continue
    const calls = [...operations.values()].reduce((sum, count) => sum + count, 0)
    const fitting = [...untraced].filter(([, roots]) => {
      let matched = 0
      for (const [operation, count] of operations) matched += Math.min(count, roots.get(operation) ?? 0)
      return calls > 0 && matched >= calls / 2
    })
    const [only] = fitting
    if (fitting.length === 1 && only) found.set(callee, only[0])
  }
  return found
}

/** From the name in a reply to the service that gives off spans; undefined when it is none of them. */
export function serviceBehind(
  replies: readonly Reply[],
  entries: readonly Entry[],
  services: readonly { service: string }[],
): (callee: string) => string | undefined {
  const known = new Set(services.map((row) => row.service))
  const byBehaviour = servicesByBehaviour(replies, entries)
  return (callee) => {
    if (known.has(callee)) return callee
    const label = callee.split('.')[0] ?? ''
    if (insideAddress(callee) && known.has(label)) return label
    return byBehaviour.get(callee)
  }
}
