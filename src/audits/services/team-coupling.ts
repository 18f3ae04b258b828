/**
 * A service that works more with another team's services than with its own team's: the border between the teams runs through it.
 *
 *     shelves: [ pricing ] ──── 1,424 ───▶ [ shipping ] :dispatch
 *                  └─ 0 ─▶ [ catalogue ]
 *
 * Three kinds are left out. A service that no other calls is a front door, and composes the whole system by design. The only service
 * of a team has none of its own to call, so the comparison says nothing. And calls to services without a team count as its own
 * team's, for they may be. A service without a team, or with several, is ownerless-service.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { grouped } from '../../lib/grouped.js'
import { percent } from '../../lib/percent.js'
import { sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { betweenServices } from './call-evidence.js'
import { isNamed, ownersAdvice, serviceOwners } from './service-owners.js'

const limits = {
  foreignPerOwn: {
    default: 1,
    unit: 'ratio',
    why: 'Above 100 % the other team is asked more often than one’s own: most changes of the contract need two teams.',
    source: 'µFreshener, team-based smells',
  },
  calls: {
    default: 20,
    unit: 'count',
    why: 'Fewer calls to the other team’s services say little about who works with whom.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows & CharterRows, 'serviceEdges' | 'services' | 'overview' | 'charterServiceOwners'>

interface Candidate {
  service: string
  team: string
  calls: Needs['serviceEdges']
}

/** Services that can be judged, with the calls that they make. */
function candidates(edges: Needs['serviceEdges'], owners: ReadonlyMap<string, string[]>): Candidate[] {
  const called = new Set(edges.map((edge) => edge.callee))
  const services = new Map<string, number>()
  for (const teams of owners.values()) for (const team of teams) services.set(team, (services.get(team) ?? 0) + 1)
  return [...grouped(edges, (edge) => edge.caller)].flatMap(([service, calls]) => {
    const [team, second] = owners.get(service) ?? []
    if (team === undefined || second !== undefined || !called.has(service) || (services.get(team) ?? 0) < 2) return []
    return [{ service, team, calls }]
  })
}

/** Of all that runs: a team's other service may be one that only handles messages, and calling it would have been possible. */
function ownersOf({ serviceEdges, services, charterServiceOwners }: Needs): Map<string, string[]> {
  const called = serviceEdges.flatMap((edge) => [edge.caller, edge.callee])
  const running = services.map((row) => row.service)
  const named = [...called, ...running].filter((service) => isNamed(service))
  return serviceOwners([...new Set(named)].sort(), charterServiceOwners)
}

export const teamCoupling = defineAudit<Needs, typeof limits>({
  id: 'team-coupling',
  family: 'services',
  title: 'Services work mostly with those of their own team',
  failureTitle: 'A service calls another team’s services more than its own team’s',
  definition:
    'Of the calls that a service makes, more go to the services of one other team than to those of its own team. Front doors, which no other service calls, and the only service of a team are not compared; calls to services without a team count as the own team’s.',
  why: 'Each change of such a call is a meeting: two backlogs, two releases, two people on call. Where most of a service’s calls cross the border of teams, the border lies in the wrong place, and every feature pays for it.',
  fix: 'Ask who changes the service: if it is mostly the other team, hand it over. If it stays, bring over what it calls for: let the other team’s events feed a copy, or move the function that needs the calls to where the data is. Only then think of fewer, coarser calls.',
  verify: 'Audit again with the same traffic: the calls across the border are fewer than those within the team.',
  needs: ['serviceEdges', 'services', 'overview', 'charterServiceOwners'],
  limits,
  references: [
    { title: 'µFreshener: microservices and teams', url: 'https://github.com/di-unipi-socc/microFreshener' },
    { title: 'Conway’s law, Martin Fowler', url: 'https://martinfowler.com/bliki/ConwaysLaw.html' },
  ],
  examples: {
    fires: [
      {
        name: 'pricing asks dispatch more than its own team',
        rows: {
          overview: [{ traces: 100, services: 4 }],
          serviceEdges: [
            { caller: 'storefront', callee: 'pricing', calls: 80, traces: 80 },
            { caller: 'pricing', callee: 'shipping', calls: 41, traces: 41, traceIds: ['a1'] },
            { caller: 'pricing', callee: 'catalogue', calls: 40, traces: 40 },
          ],
          charterServiceOwners: [
            { service: 'storefront', team: 'front' },
            { service: 'pricing', team: 'shelves' },
            { service: 'catalogue', team: 'shelves' },
            { service: 'shipping', team: 'dispatch' },
          ],
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'as often as its own team',
        rows: {
          overview: [{ traces: 100, services: 4 }],
          serviceEdges: [
            { caller: 'storefront', callee: 'pricing', calls: 80 },
            { caller: 'pricing', callee: 'shipping', calls: 40 },
            { caller: 'pricing', callee: 'catalogue', calls: 40 },
          ],
          charterServiceOwners: [
            { service: 'pricing', team: 'shelves' },
            { service: 'catalogue', team: 'shelves' },
            { service: 'shipping', team: 'dispatch' },
          ],
        },
      },
      {
        name: 'too few calls to tell',
        rows: {
          overview: [{ traces: 100, services: 4 }],
          serviceEdges: [
            { caller: 'storefront', callee: 'pricing', calls: 80 },
            { caller: 'pricing', callee: 'shipping', calls: 19 },
            { caller: 'catalogue', callee: 'pricing', calls: 4 },
          ],
          charterServiceOwners: [
            { service: 'pricing', team: 'shelves' },
            { service: 'catalogue', team: 'shelves' },
            { service: 'shipping', team: 'dispatch' },
          ],
        },
      },
      {
        name: 'a front door asks everybody',
        rows: {
          overview: [{ traces: 100, services: 4 }],
          serviceEdges: [
            { caller: 'storefront', callee: 'pricing', calls: 80 },
            { caller: 'cart', callee: 'loyalty', calls: 80 },
          ],
          charterServiceOwners: [
            { service: 'storefront', team: 'front' },
            { service: 'loyalty', team: 'front' },
            { service: 'cart', team: 'front' },
            { service: 'pricing', team: 'shelves' },
          ],
        },
      },
      {
        name: 'the only service of its team',
        rows: {
          overview: [{ traces: 100, services: 3 }],
          serviceEdges: [
            { caller: 'storefront', callee: 'orders', calls: 80 },
            { caller: 'orders', callee: 'payments', calls: 80 },
          ],
          charterServiceOwners: [
            { service: 'orders', team: 'till' },
            { service: 'payments', team: 'money' },
          ],
        },
      },
      {
        name: 'who owns most of what it calls is not known',
        rows: {
          overview: [{ traces: 100, services: 4 }],
          serviceEdges: [
            { caller: 'storefront', callee: 'orders', calls: 80 },
            { caller: 'orders', callee: 'payments', calls: 30 },
            { caller: 'orders', callee: 'ledger', calls: 50 },
            { caller: 'storefront', callee: 'cart', calls: 50 },
          ],
          charterServiceOwners: [
            { service: 'orders', team: 'till' },
            { service: 'cart', team: 'till' },
            { service: 'payments', team: 'money' },
          ],
        },
      },
    ],
  },
  evidence: (rows) => {
    const owners = ownersOf(rows)
    return {
      ...betweenServices(rows.overview),
      samples: candidates(rows.serviceEdges, owners).length,
      least: 1,
      of: 'services that call others, are called, and whose team has another service',
      advice: ownersAdvice,
      blind:
        rows.charterServiceOwners.length === 0
          ? []
          : [...owners].filter(([, teams]) => teams.length === 0).map(([service]) => `${service}: no team declared`),
    }
  },
  audit: (rows, limit) => {
    const owners = ownersOf(rows)
    const traces = rows.overview[0]?.traces ?? 0
    const findings: FindingDraft[] = []
    for (const { service, team, calls } of candidates(rows.serviceEdges, owners)) {
      const isOwn = (edge: Needs['serviceEdges'][number]) => {
        const teams = owners.get(edge.callee) ?? []
        return teams.length === 0 || teams.includes(team)
      }
      const own = sum(calls.filter(isOwn), (edge) => edge.calls)
      const foreign = calls
        .filter((edge) => !isOwn(edge))
        .flatMap((edge) => (owners.get(edge.callee) ?? []).map((other) => ({ ...edge, other })))
      const [most] = [...grouped(foreign, (edge) => edge.other)]
        .map(([other, edges]) => ({ other, edges, calls: sum(edges, (edge) => edge.calls) }))
        .sort((a, b) => b.calls - a.calls || (a.other < b.other ? -1 : 1))
      if (!most || most.calls < limit.calls || most.calls <= own * limit.foreignPerOwn) continue
      const ordered = most.edges.toSorted((a, b) => b.calls - a.calls || (a.callee < b.callee ? -1 : 1))
      const busiest = ordered[0]
      findings.push({
        severity: 'warning',
        message: `${service} of ${team} calls services of ${most.other} ${most.calls} times (${ordered.map((edge) => edge.callee).join(', ')}), those of its own team ${own} times: ${percent(most.calls / (most.calls + own))} of these calls leave the team.`,
        where: { service },
        measured: { value: most.calls, unit: 'count' },
        limit: { value: own * limit.foreignPerOwn, unit: 'count' },
        share: traces > 0 && busiest ? busiest.traces / traces : 0,
        proof: { traceIds: busiest?.traceIds ?? [], spanIds: busiest?.spanIds ?? [], samples: most.calls },
      })
    }
    return findings
  },
})
