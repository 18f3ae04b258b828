/**
 * A service that runs and that no team owns, or that several teams own, which at night is the same.
 *
 *     ledger ──▶ (nobody)          stock ──▶ shelves, dispatch
 *
 * Judged are services that give off spans: one that is only declared is phantom-component's business, one whose spans carry no
 * name unnamed-service's. More than two owners is oversized-team-scope as well, and there it is told with its limit: here it is a note.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows } from '../../model/charter.js'
import type { SurveyRows } from '../../survey/rows.js'
import { isNamed, ownersAdvice, serviceOwners } from './service-owners.js'

const limits = {
  owners: {
    default: 1,
    unit: 'count',
    why: 'Whoever is called at night must know that the call is theirs, and that nobody else takes it.',
    source: 'house, after Team Topologies',
  },
  spans: {
    default: 5,
    unit: 'spans',
    why: 'A service with fewer spans may be a script that somebody ran once.',
    source: 'house',
  },
} satisfies Record<string, Limit>

type Needs = Pick<SurveyRows & CharterRows, 'services' | 'overview' | 'charterTeams' | 'charterServiceOwners'>

/** From here on oversized-team-scope tells it. */
const manyOwners = 3

function running(services: Needs['services'], spans: number): Needs['services'] {
  return services.filter((row) => isNamed(row.service) && row.spans >= spans)
}

export const ownerlessService = defineAudit<Needs, typeof limits>({
  id: 'ownerless-service',
  family: 'services',
  title: 'Each service has one team',
  failureTitle: 'A service belongs to no team, or to several',
  definition:
    'A service that gives off spans is owned by no team, or by more than one. Teams are those of the charter; where it says nothing of a service, those of CODEOWNERS and of catalogue files.',
  why: 'A service without a team is not upgraded, not measured and not mended; one with two is mended by neither, because each waits for the other. Both show up first in an incident, when the time to find somebody who knows the code is the longest part of the outage.',
  fix: 'Give the service to the team that changes it most often (git shortlog tells which). If no team wants it, that is the finding: merge it into a service that has one, or take it out of service. Where two teams share it, move what only one of them needs into a service of its own, or give the whole to one and let the other ask for changes.',
  verify: 'Write the owner into the charter and audit again; then see that alerts of the service reach that team.',
  needs: ['services', 'overview', 'charterTeams', 'charterServiceOwners'],
  limits,
  references: [
    { title: 'Team Topologies: one team, one service', url: 'https://teamtopologies.com/key-concepts' },
    {
      title: 'Backstage: spec.owner of a component',
      url: 'https://backstage.io/docs/features/software-catalog/descriptor-format',
    },
  ],
  examples: {
    fires: [
      {
        name: 'nobody owns the ledger',
        rows: {
          overview: [{ traces: 100 }],
          services: [
            { service: 'payments', spans: 400, traces: 80 },
            { service: 'ledger', spans: 5, traces: 5, traceIds: ['a1'] },
          ],
          charterTeams: [{ team: 'till' }],
          charterServiceOwners: [{ service: 'payments', team: 'till' }],
        },
        severities: ['warning'],
      },
      {
        name: 'two teams own stock',
        rows: {
          overview: [{ traces: 100 }],
          services: [{ service: 'stock', spans: 400, traces: 80, traceIds: ['a1'] }],
          charterTeams: [{ team: 'shelves' }, { team: 'dispatch' }],
          charterServiceOwners: [
            { service: 'stock', team: 'shelves' },
            { service: 'stock', team: 'dispatch' },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'three teams own stock, which oversized-team-scope tells',
        rows: {
          services: [{ service: 'stock', spans: 400, traces: 80 }],
          charterServiceOwners: [
            { service: 'stock', team: 'shelves' },
            { service: 'stock', team: 'dispatch' },
            { service: 'stock', team: 'till' },
          ],
        },
        severities: ['note'],
      },
    ],
    quiet: [
      {
        name: 'each has one',
        rows: {
          services: [{ service: 'payments', spans: 400 }],
          charterServiceOwners: [{ service: 'payments', team: 'till' }],
        },
      },
      {
        name: 'the charter and CODEOWNERS spell one team differently',
        rows: {
          services: [{ service: 'payments', spans: 400 }],
          charterServiceOwners: [
            { service: 'payments', team: 'till' },
            { service: 'payments', team: '@bookshop/till', practice: 'codeowners' },
          ],
        },
      },
      {
        name: 'a script that ran once, and spans without a name',
        rows: {
          services: [
            { service: 'payments', spans: 400 },
            { service: 'backfill', spans: 4 },
            { service: 'unknown_service:node', spans: 400 },
          ],
          charterServiceOwners: [{ service: 'payments', team: 'till' }],
        },
      },
      {
        name: 'nobody said anything about teams',
        rows: { services: [{ service: 'payments', spans: 400 }] },
      },
    ],
  },
  evidence: ({ services, charterTeams, charterServiceOwners }, limit) => {
    const said = charterTeams.length + charterServiceOwners.length > 0
    return {
      applicable: true,
      samples: said ? running(services, limit.spans).length : 0,
      least: 1,
      of: 'services that run while teams are declared',
      advice: ownersAdvice,
    }
  },
  audit: ({ services, overview, charterServiceOwners }, limit) => {
    const traces = overview[0]?.traces ?? 0
    const seen = running(services, limit.spans)
    const owners = serviceOwners(
      seen.map((row) => row.service),
      charterServiceOwners,
    )
    return seen.flatMap((row) => {
      const teams = owners.get(row.service) ?? []
      if (teams.length > 0 && teams.length <= limit.owners) return []
      return [
        {
          severity: teams.length >= manyOwners ? ('note' as const) : ('warning' as const),
          message:
            teams.length === 0
              ? `No team owns ${row.service}, which takes part in ${row.traces} traces.`
              : `${teams.length} teams own ${row.service}: ${teams.join(', ')}.`,
          where: { service: row.service },
          measured: { value: teams.length, unit: 'count' as const },
          limit: { value: limit.owners, unit: 'count' as const },
          share: traces > 0 ? row.traces / traces : 0,
          proof: { traceIds: row.traceIds, spanIds: [], samples: row.spans },
        },
      ]
    })
  },
})
