/**
 * More than one team can hold: a service that needs more than two teams, a team that two pizzas do not feed, a team with too many services.
 *
 *     shelves · dispatch · till ──▶ [ stock ]          till (14 people) ──▶ [ orders ] [ payments ] … (9)
 *
 * Only what runs is counted: services without spans are phantom-component's business, and a team none of whose services run is not judged.
 * A team that is too large and has too many services is one finding.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { FindingDraft } from '../../model/finding.js'
import { largest, sum } from '../../lib/totals.js'
import type { SurveyRows } from '../../survey/rows.js'
import { isNamed, ownersAdvice, serviceOwners } from './service-owners.js'

const limits = {
  teamsPerService: {
    default: 2,
    unit: 'count',
    why: 'If a service needs more than two teams, it is too large or its border is in the wrong place.',
    source: 'the two-pizza rule for services',
  },
  people: {
    default: 10,
    unit: 'count',
    why: 'Two pizzas feed six to ten; above it a team spends more time on agreeing than on deciding.',
    source: 'Amazon, two-pizza teams; the number is house',
  },
  services: {
    default: 8,
    unit: 'services',
    why: 'A team has to know each of its services well enough to mend it at night.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows & CharterRows, 'services' | 'overview' | 'charterTeams' | 'charterServiceOwners'>

interface Team {
  team: string
  size: number
  services: Needs['services']
}

function ownersOf({ services, charterServiceOwners }: Needs): Map<string, string[]> {
  const seen = services.map((row) => row.service).filter((service) => isNamed(service))
  return serviceOwners(seen, charterServiceOwners)
}

/** Teams with a running service, by name. */
function teamsOf(rows: Needs, owners: ReadonlyMap<string, string[]>): Team[] {
  const names = [...new Set([...owners.values()].flat())].sort()
  return names.map((team) => ({
    team,
    size: largest(
      rows.charterTeams.filter((row) => row.team === team),
      (row) => row.size,
    ),
    services: rows.services.filter((row) => owners.get(row.service)?.includes(team)),
  }))
}

function proofOf(services: Needs['services']): FindingDraft['proof'] {
  const ordered = services.toSorted((a, b) => b.traces - a.traces || (a.service < b.service ? -1 : 1))
  const traceIds = [...new Set(ordered.flatMap((row) => row.traceIds.slice(0, 2)))]
  return { traceIds: traceIds.slice(0, 10), spanIds: [], samples: sum(services, (row) => row.spans) }
}

/** The shop's examples: services `s1`, `s2`… of one team. */
function shelf(count: number): {
  services: Partial<Needs['services'][number]>[]
  owners: { service: string; team: string }[]
} {
  const titles = ['catalogue', 'pricing', 'reviews', 'stock', 'cart', 'search', 'covers', 'authors', 'series']
  const taken = titles.slice(0, count)
  return {
    services: taken.map((service) => ({ service, spans: 100, traces: 50, traceIds: ['a1'] })),
    owners: taken.map((service) => ({ service, team: 'shelves' })),
  }
}

export const oversizedTeamScope = defineAudit<Needs, typeof limits>({
  id: 'oversized-team-scope',
  family: 'services',
  title: 'Teams and their services are of a size that people can hold',
  failureTitle: 'A service needs too many teams, or a team holds too much',
  definition:
    'A running service is owned by more than two teams, a team with running services has more than ten people, or it owns more than eight running services.',
  why: 'A service that three teams must change is changed at the pace of the slowest, and a team that owns more than it can know mends what it no longer understands. Both make services that were split for speed slower than the monolith was.',
  fix: 'For a service with many teams: find the parts that only one of them changes, and split along those, or give it to one team and let the others ask. For a large team: split the team together with its services, so that most calls stay within each half (see team-coupling). For a team with many services: merge those that always change together, and take out what nobody calls.',
  verify: 'Write the new owners and sizes into the charter and audit again.',
  needs: ['services', 'overview', 'charterTeams', 'charterServiceOwners'],
  limits,
  references: [
    {
      title: 'Two-pizza teams, AWS whitepaper',
      url: 'https://docs.aws.amazon.com/whitepapers/latest/introduction-devops-aws/two-pizza-teams.html',
    },
    { title: 'Team Topologies: cognitive load', url: 'https://teamtopologies.com/key-concepts' },
  ],
  examples: {
    fires: [
      {
        name: 'three teams own stock',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'stock', spans: 100, traces: 50, traceIds: ['a1'] }],
          charterServiceOwners: [
            { service: 'stock', team: 'shelves' },
            { service: 'stock', team: 'dispatch' },
            { service: 'stock', team: 'till' },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'eleven people',
        rows: {
          overview: [{ traces: 100 }],
          services: shelf(2).services,
          charterTeams: [{ team: 'shelves', size: 11 }],
          charterServiceOwners: shelf(2).owners,
        },
        severities: ['warning'],
      },
      {
        name: 'nine services, and eleven people: one team that is too large',
        rows: {
          overview: [{ traces: 100 }],
          services: shelf(9).services,
          charterTeams: [{ team: 'shelves', size: 11 }],
          charterServiceOwners: shelf(9).owners,
        },
        severities: ['warning'],
      },
    ],
    quiet: [
      {
        name: 'ten people, eight services, two owners of one of them',
        rows: {
          overview: [{ traces: 100 }],
          services: shelf(8).services,
          charterTeams: [{ team: 'shelves', size: 10 }],
          charterServiceOwners: [...shelf(8).owners, { service: 'stock', team: 'dispatch' }],
        },
      },
      {
        name: 'nine are declared, eight run',
        rows: {
          services: shelf(8).services,
          charterTeams: [{ team: 'shelves', size: 6 }],
          charterServiceOwners: shelf(9).owners,
        },
      },
      { name: 'nobody said anything about teams', rows: { services: shelf(9).services } },
    ],
  },
  evidence: (rows) => ({
    applicable: true,
    samples: [...ownersOf(rows).values()].filter((teams) => teams.length > 0).length,
    least: 1,
    of: 'running services with a team',
    advice: ownersAdvice,
    blind: teamsOf(rows, ownersOf(rows))
      .filter(({ size }) => size === 0)
      .map(({ team }) => `${team}: no size declared`),
  }),
  audit: (rows, limit) => {
    const traces = rows.overview[0]?.traces ?? 0
    const owners = ownersOf(rows)
    const shareOf = (services: Needs['services']) => (traces > 0 ? largest(services, (row) => row.traces) / traces : 0)
    const findings: FindingDraft[] = []
    for (const row of rows.services) {
      const teams = owners.get(row.service) ?? []
      if (teams.length <= limit.teamsPerService) continue
      findings.push({
        severity: 'warning',
        message: `${row.service} needs ${teams.length} teams: ${teams.join(', ')}.`,
        where: { service: row.service },
        measured: { value: teams.length, unit: 'count' },
        limit: { value: limit.teamsPerService, unit: 'count' },
        share: shareOf([row]),
        proof: proofOf([row]),
      })
    }
    for (const { team, size, services } of teamsOf(rows, owners)) {
      const many = services.length > limit.services
      if (size <= limit.people && !many) continue
      const holds = `${services.length} running ${services.length === 1 ? 'service' : 'services'}`
      findings.push({
        severity: 'warning',
        message: size > limit.people ? `${team} has ${size} people and ${holds}.` : `${team} owns ${holds}.`,
        where: { path: services.map((row) => row.service) },
        measured: many ? { value: services.length, unit: 'services' } : { value: size, unit: 'count' },
        limit: many ? { value: limit.services, unit: 'services' } : { value: limit.people, unit: 'count' },
        share: shareOf(services),
        proof: proofOf(services),
      })
    }
    return findings
  },
})
