/**
 * Backstage's catalogue as services, teams, and stores and queues that exist. It names things, not addresses: a resource called
 * `orders-db` declares whatever store has that host or database, and is never missed when none has. What a component depends on is
 * declared too, but no edge is expected of it: few catalogues list all dependencies, and none says which are synchronous.
 */
import { blankCharterRows } from '../../model/charter.js'
import type { ComponentRow, Origin, TeamRow } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'
import { placeOfUrl } from './place-of-url.js'
import { asList, asMapping, asText, yamlDocuments } from './practice-file.js'
import type { Plain, PracticeText } from './practice-file.js'

/** Types of components that run and are asked for something; libraries, websites and documentation have no spans of their own. */
const running =
  /^(?:|(?:micro)?service|back-?end|server|api|gateway|bff|worker|job|cron-?job|daemon|consumer|function|lambda)$/i

const resourceKinds: readonly (readonly [type: RegExp, kind: ComponentRow['kind']])[] = [
  [/cache|redis|valkey|memcache/i, 'cache'],
  [/queue|topic|stream|broker|kafka|rabbit|nats|pub-?sub|event-?bus|sqs|sns/i, 'destination'],
  [/database|^db$|data-?store|sql|postgres|mongo|dynamo|cassandra|oracle|elastic|opensearch|warehouse/i, 'store'],
]

interface Entity {
  kind: string
  name: string
  metadata: Plain
  spec: Plain
  origin: Origin
}

/** All files at once: users, their groups and the components of those mostly lie in different ones. */
export function readBackstage(files: readonly PracticeText[]): PartialCharter {
  const remarks: NonNullable<PartialCharter['remarks']> = []
  const entities: Entity[] = []
  for (const { text, file } of files) {
    const read = yamlDocuments(text, file)
    remarks.push(...read.remarks)
    for (const { value, origin } of read.documents) {
      if (!asText(value['apiVersion']).startsWith('backstage.io/')) continue
      const metadata = asMapping(value['metadata'])
      const entity = {
        kind: asText(value['kind']),
        name: asText(metadata['name']),
        metadata,
        spec: asMapping(value['spec']),
        origin,
      }
      if (!['Component', 'Group', 'Resource', 'User'].includes(entity.kind)) continue
      if (entity.name === '') remarks.push({ ...origin, message: 'Expected metadata.name: this entity is not read.' })
      else entities.push(entity)
    }
  }
  const charterTeams = teams(entities)
  const names = new Map(charterTeams.map(({ team }) => [team.toLowerCase(), team]))
  const services = entities.filter(({ kind, spec }) => kind === 'Component' && running.test(asText(spec['type'])))
  const described = new Set(
    entities.filter(({ kind }) => kind !== 'Group' && kind !== 'User').map(({ name }) => name.toLowerCase()),
  )
  return {
    charterTeams,
    charterServiceOwners: services.flatMap(({ name, spec, origin }) => {
      const team = nameIn(asText(spec['owner']), 'group')
      if (team === '') return []
      const row = { ...blankCharterRows.charterServiceOwners, ...origin, service: name }
      return [{ ...row, team: names.get(team.toLowerCase()) ?? team, practice: 'backstage' }]
    }),
    charterComponents: distinct([
      ...services.map((entity) => component(entity)),
      ...entities.flatMap((entity) => resource(entity)),
      ...services.flatMap((entity) => dependencies(entity)).filter(({ place }) => !described.has(place.toLowerCase())),
    ]),
    remarks,
  }
}

/** Who is a member is said by the group, by the user, or by both. */
function teams(entities: readonly Entity[]): TeamRow[] {
  const members = new Map<string, Set<string>>()
  const join = (group: string, user: string): void => {
    const key = group.toLowerCase()
    const known = members.get(key) ?? new Set()
    members.set(key, known.add(user.toLowerCase()))
  }
  for (const { kind, name, spec } of entities) {
    if (kind === 'Group') for (const user of asList(spec['members'])) join(name, nameIn(asText(user), 'user'))
    if (kind === 'User') for (const group of asList(spec['memberOf'])) join(nameIn(asText(group), 'group'), name)
  }
  return entities
    .filter(({ kind }) => kind === 'Group')
    .map(({ name, origin }) => {
      const known = [...(members.get(name.toLowerCase()) ?? [])].filter((user) => user !== '')
      return { ...blankCharterRows.charterTeams, ...origin, team: name, size: known.length, practice: 'backstage' }
    })
}

/** What runs once a day is not missed in an hour of traces. */
function component({ name, spec, origin }: Entity): ComponentRow {
  const type = asText(spec['type'])
  const workload = /^(?:|(?:micro)?service)$/i.test(type) ? '' : type
  const by = /job/i.test(type) ? 'catalogue' : 'declaration'
  return { ...blankCharterRows.charterComponents, ...origin, place: name, workload, by }
}

function resource({ kind, name, metadata, spec, origin }: Entity): ComponentRow[] {
  if (kind !== 'Resource') return []
  const type = asText(spec['type'])
  const found = resourceKinds.find(([pattern]) => pattern.test(type))?.[1]
  // A bucket or a virtual machine is in no trace.
  if (found === undefined) return []
  const links = asList(metadata['links']).map((link) => asText(asMapping(link)['url']))
  const texts = [...Object.values(asMapping(metadata['annotations'])).map((value) => asText(value)), ...links]
  const places = texts.map((text) => placeOfUrl(text)).filter((place) => place !== '')
  return (places.length > 0 ? places : [name]).map((place) => ({
    ...blankCharterRows.charterComponents,
    ...origin,
    kind: found,
    place,
    by: 'catalogue',
  }))
}

/** Those whose own entity is elsewhere: a reference does not tell the type, so any store or destination of the name is meant. */
function dependencies({ spec, origin }: Entity): ComponentRow[] {
  return asList(spec['dependsOn']).flatMap((each): ComponentRow[] => {
    const reference = asText(each)
    const component = nameIn(reference, 'component')
    const place = /^component:/i.test(reference) ? component : nameIn(reference, 'resource')
    if (place === '') return []
    const kind = component === place ? 'service' : 'store'
    return [{ ...blankCharterRows.charterComponents, ...origin, kind, place, by: 'catalogue' }]
  })
}

function distinct(rows: readonly ComponentRow[]): ComponentRow[] {
  const first = new Map(rows.toReversed().map((row) => [`${row.kind} ${row.place}`, row]))
  return rows.filter((row) => first.get(`${row.kind} ${row.place}`) === row)
}

/** `group:default/payments` and `payments` are one name; a reference of another kind is none. */
function nameIn(reference: string, kind: string): string {
  const [, given, name = ''] = /^(?:([a-z]+):)?(?:[^/]*\/)?([^/]*)$/i.exec(reference) ?? []
  return given === undefined || given.toLowerCase() === kind ? name : ''
}
