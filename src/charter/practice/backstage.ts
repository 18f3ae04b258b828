/**
 * Backstage's catalog-info.yaml as services with owners and teams with sizes. A Component is a service unless its type says
 * otherwise (a library or website runs no spans of its own); APIs and resources name no store that evidence could be matched with.
 */
import { blankCharterRows } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'
import { asList, asMapping, asText, yamlDocuments } from './practice-file.js'

export function readBackstage(text: string, file: string): PartialCharter {
  const { documents, remarks } = yamlDocuments(text, file)
  const charterTeams: NonNullable<PartialCharter['charterTeams']> = []
  const charterServiceOwners: NonNullable<PartialCharter['charterServiceOwners']> = []
  const charterComponents: NonNullable<PartialCharter['charterComponents']> = []
  for (const { value, origin } of documents) {
    if (!asText(value['apiVersion']).startsWith('backstage.io/')) continue
    const name = asText(asMapping(value['metadata'])['name'])
    const spec = asMapping(value['spec'])
    const kind = asText(value['kind'])
    if (kind !== 'Component' && kind !== 'Group') continue
    if (name === '') {
      remarks.push({ ...origin, message: 'Expected metadata.name: this entity is not read.' })
      continue
    }
    if (kind === 'Group') {
      const size = asList(spec['members']).length
      charterTeams.push({ ...blankCharterRows.charterTeams, ...origin, team: name, size, practice: 'backstage' })
      continue
    }
    const type = asText(spec['type'])
    if (type !== '' && type !== 'service') continue
    charterComponents.push({ ...blankCharterRows.charterComponents, ...origin, place: name })
    const team = ownerTeam(asText(spec['owner']))
    if (team === '') continue
    charterServiceOwners.push({
      ...blankCharterRows.charterServiceOwners,
      ...origin,
      service: name,
      team,
      practice: 'backstage',
    })
  }
  return { charterTeams, charterServiceOwners, charterComponents, remarks }
}

/** `group:default/payments` and `payments` are one team; `user:…` is a person. */
function ownerTeam(reference: string): string {
  if (/^user:/i.test(reference)) return ''
  return reference.replace(/^group:/i, '').replace(/^[^/]*\//, '')
}
