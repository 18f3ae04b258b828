/**
 * CODEOWNERS of GitHub and GitLab as owners of services, where a directory below `services/`, `apps/` and the like is one. A directory
 * below `src/` may as well be a library: it is a guess, which counts once a service of that name is declared or seen.
 * The last line that matches wins, also when it is a broader one; people and addresses are no teams and own nothing here.
 */
import { blankCharterRows } from '../../model/charter.js'
import type { Origin } from '../../model/charter.js'
import type { PartialCharter } from '../merge.js'

const parents = /^(?:.*\/)?(?:services?|apps?|microservices|svc)\/([\w.-]+)$/
const guessed = /^(?:.*\/)?src\/([\w.-]+)$/

interface Claim {
  path: string
  service: string
  guess: boolean
  teams: string[]
  section: string
  origin: Origin
}

export function readCodeowners(text: string, file: string): PartialCharter {
  let claims: Claim[] = []
  let section = ''
  let usual: string[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const plain = line.replace(/(?:^|\s)#.*$/, '').trim()
    const head = /^\^?\[([^\]]+)\](?:\[\d+\])?\s*(.*)$/.exec(plain)
    if (head) {
      section = (head[1] ?? '').toLowerCase()
      usual = (head[2] ?? '').split(/\s+/).filter((word) => word !== '')
      continue
    }
    const [pattern = '', ...words] = plain.split(/\s+/)
    if (pattern === '' || pattern.startsWith('!')) continue
    const path = pattern.replace(/^\//, '').replace(/\/(?:\*\*?)?$/, '')
    const all = path === '*' || path === '**' || path === ''
    claims = claims.filter(
      (claim) => claim.section !== section || !(all || claim.path === path || claim.path.startsWith(`${path}/`)),
    )
    const sure = parents.exec(path)?.[1]
    const service = sure ?? guessed.exec(path)?.[1]
    if (service === undefined || /[*?[\]\\]/.test(path)) continue
    const owners = words.length > 0 ? words : usual
    const teams = owners.flatMap((owner) => /^@[\w.-]+\/(?:[\w.-]+\/)*([\w.-]+)$/.exec(owner)?.[1] ?? [])
    claims.push({
      path,
      service,
      guess: sure === undefined,
      teams,
      section,
      origin: { file, line: index + 1, column: 1 },
    })
  }
  const known = new Set(claims.filter(({ guess }) => !guess).map(({ service }) => service))
  const told = claims.filter(({ guess, service }) => !guess || !known.has(service))
  const clear = told.filter(({ path, service }) =>
    told.every((other) => other.service !== service || other.path === path),
  )
  const owned = clear.flatMap(({ service, guess, teams, origin }) =>
    teams.map((team) => ({ ...origin, service, guess, team })),
  )
  const first = owned.filter(({ team }, index) => owned.findIndex((row) => row.team === team) === index)
  return {
    charterTeams: first.map(({ team, file: named, line, column }) => ({
      ...blankCharterRows.charterTeams,
      file: named,
      line,
      column,
      team,
      practice: 'codeowners',
    })),
    charterServiceOwners: owned.map((row) => ({
      ...blankCharterRows.charterServiceOwners,
      ...row,
      practice: 'codeowners',
    })),
    remarks: told
      .filter((claim) => !clear.includes(claim))
      .map(({ origin }) => ({
        ...origin,
        message: 'Two directories have the name of this service: neither is taken for it.',
      })),
  }
}
