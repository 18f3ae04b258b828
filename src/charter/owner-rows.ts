/** Teams, services, who owns what, and every component that one file names. */
import { blankCharterRows } from '../model/charter.js'
import type { ComponentRow, DataOwnerRow, ServiceOwnerRow, TeamRow } from '../model/charter.js'
import { placeKind } from './place-kind.js'
import type { ReadFile } from './read-charter-file.js'

/** Declared teams, then those that are only named as owners: they have no size. One named so twice has two rows here. */
export function teamRows({ content, source }: ReadFile): TeamRow[] {
  const blank = blankCharterRows.charterTeams
  return [
    ...Object.entries(content.teams ?? {}).map(([team, given]) => ({
      ...blank,
      ...source.keyAt(['teams', team]),
      team,
      size: given?.size ?? 0,
    })),
    ...Object.entries(content.services ?? {}).flatMap(([service, given]) =>
      given?.owner === undefined ? [] : [{ ...blank, ...source.at(['services', service, 'owner']), team: given.owner }],
    ),
  ]
}

export function serviceOwnerRows({ content, source }: ReadFile): ServiceOwnerRow[] {
  const blank = blankCharterRows.charterServiceOwners
  return [
    ...Object.entries(content.teams ?? {}).flatMap(([team, given]) =>
      (given?.services ?? []).map((service, index) => ({
        ...blank,
        ...source.at(['teams', team, 'services', index]),
        service,
        team,
      })),
    ),
    ...Object.entries(content.services ?? {}).flatMap(([service, given]) =>
      given?.owner === undefined
        ? []
        : [{ ...blank, ...source.keyAt(['services', service, 'owner']), service, team: given.owner }],
    ),
  ]
}

export function dataOwnerRows({ content, source }: ReadFile): DataOwnerRow[] {
  return Object.entries(content.services ?? {}).flatMap(([service, given]) =>
    (given?.owns ?? []).map((place, index) => ({
      ...source.at(['services', service, 'owns', index]),
      place,
      service,
    })),
  )
}

/** What is declared, then what is owned, then what living decisions are about: `destinations` are those of all files. */
export function componentRows({ content, source }: ReadFile, destinations: readonly string[]): ComponentRow[] {
  const blank = blankCharterRows.charterComponents
  const rows: ComponentRow[] = Object.entries(content.services ?? {}).map(([service, given]) => ({
    ...blank,
    ...source.keyAt(['services', service]),
    kind: 'service',
    place: service,
    workload: given?.kind ?? '',
    replicas: given?.replicas ?? 0,
  }))
  for (const [list, kind] of [
    ['stores', 'store'],
    ['caches', 'cache'],
    ['destinations', 'destination'],
  ] as const) {
    content[list]?.forEach((place, index) => rows.push({ ...blank, ...source.at([list, index]), kind, place }))
  }
  for (const [team, given] of Object.entries(content.teams ?? {})) {
    given?.services?.forEach((place, index) =>
      rows.push({ ...blank, ...source.at(['teams', team, 'services', index]), place, by: 'owner' }),
    )
  }
  for (const [service, given] of Object.entries(content.services ?? {})) {
    given?.owns?.forEach((place, index) =>
      rows.push({
        ...blank,
        ...source.at(['services', service, 'owns', index]),
        kind: placeKind(place, destinations, 'store'),
        place,
        by: 'owner',
      }),
    )
  }
  for (const [decision, given] of Object.entries(content.decisions ?? {})) {
    // What was turned down or replaced declares nothing.
    if (given.target === undefined || given.status === 'rejected' || given.status === 'superseded') continue
    for (const place of given.target.split('->').map((side) => side.trim())) {
      if (place === '') continue
      const bare =
        given.kind === 'queue'
          ? 'destination'
          : given.kind === 'cache' || given.kind === 'store'
            ? given.kind
            : 'service'
      const kind = placeKind(place, destinations, given.target.includes('->') ? 'service' : bare)
      rows.push({ ...blank, ...source.keyAt(['decisions', decision, 'target']), kind, place, by: 'decision' })
    }
  }
  return rows
}
