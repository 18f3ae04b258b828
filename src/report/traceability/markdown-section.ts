/**
 * The charter beside the evidence for a pull request: one folded part whose summary already says the verdict.
 * A comment is short of room, so besides the number of lines their length together is bounded, and what is left out is counted.
 */
import type { CharterReport, DecisionTrace, Report } from '../../model/report.js'
import { placeText } from '../place-text.js'
import { countText } from '../quantity-text.js'
import { markdownCode, markdownText } from '../reporters/markdown/escape.js'
import {
  charterOf,
  decisionCounts,
  decisionFacts,
  endText,
  groundlessText,
  holeCount,
  listText,
  requirementCounts,
  targetsText,
} from './charter-text.js'
import type { RequirementVerdict } from './charter-text.js'
import { charterView } from './charter-view.js'
import type { Chain, CharterView } from './charter-view.js'

const mostChains = 30
const mostDecisions = 6
const mostHoles = 20
const mostRemarks = 10
/** Of the 65,536 characters of a comment: escaping makes six of one, so hostile names would fill it alone. */
const mostCharacters = { chains: 8_000, holes: 4_000, remarks: 2_000 }

const signs: Record<RequirementVerdict, string> = {
  met: '✅ met',
  missed: '❌ missed',
  unproven: '❔ unproven',
  unmeasurable: '🚫 unmeasurable',
  'not-in-force': '💤 not in force',
}

/** Parts of the section, to be joined by blank lines. */
export function traceabilityMarkdown(charter: CharterReport, report: Report): string[] {
  const view = charterView(charter, report)
  const holes = holeCount(view)
  const title = `Charter, ${requirementCounts(charter)}${holes > 0 ? `; ${countText(holes, 'hole')}` : ''}`
  const body = [
    markdownText(charterOf(charter), 300),
    decisionCounts(charter),
    ...chainTable(view.chains),
    ...holeLists(view),
    ...remarkList(charter),
  ]
  return [`<details>\n<summary>${title}</summary>\n\n${body.join('\n\n')}\n\n</details>`]
}

function chainTable(chains: readonly Chain[]): string[] {
  if (chains.length === 0) return []
  const { lines, more } = bounded(chains.map(chainRow), mostChains, mostCharacters.chains)
  const head = ['| Verdict | Requirement | Targets | Served by |', '| --- | --- | --- | --- |']
  return [[...head, ...lines].join('\n'), ...(more > 0 ? [`and ${countText(more, 'more requirement')}`] : [])]
}

function chainRow({ requirement, decisions, unserved }: Chain): string {
  const scope = requirement.scope === '' ? '' : ` ${markdownText(requirement.scope, 80)}`
  const served = listText(decisions.map(decisionText), mostDecisions)
  const cells = [
    signs[requirement.verdict],
    `${markdownCode(requirement.id, 60)}${scope}`,
    markdownText(targetsText(requirement), 300),
    served === '' && unserved ? '⚠️ no decision serves it' : served,
  ]
  return `| ${cells.join(' | ')} |`
}

function decisionText(decision: DecisionTrace): string {
  return `${markdownCode(decision.id, 60)} (${markdownText(decisionFacts(decision), 240)})`
}

function holeLists(view: CharterView): string[] {
  const list = (title: string, all: string[], count = all.length) => {
    if (count === 0) return []
    const { lines } = bounded(all, mostHoles, mostCharacters.holes)
    const more = count - lines.length
    return [`**${title}**`, [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]
  }
  return [
    ...list(
      'No decision serves',
      view.unserved.map(({ id }) => `- ${markdownCode(id, 60)}`),
    ),
    ...list(
      'Decided without a requirement',
      view.groundless.map((decision) => `- ${decisionText(decision)}: ${groundlessText(decision)}`),
    ),
    ...list(
      'No such requirement',
      view.unknown.map(({ name, decision }) => `- ${markdownCode(name, 60)}, named by ${markdownCode(decision, 60)}`),
    ),
    ...list(
      `Runs, but nobody decided: ${countText(view.undeclaredCount, 'component')}`,
      view.undeclared.map(({ finding }) => `- ${markdownCode(placeText(finding.where, 60), 160)}`),
      view.undeclaredCount,
    ),
    ...list(
      'Decisions not in force',
      view.notInForce.map((decision) => `- ${markdownCode(decision.id, 60)}: ${markdownText(endText(decision), 240)}`),
    ),
  ]
}

function remarkList({ remarks }: CharterReport): string[] {
  if (remarks.length === 0) return []
  const all = remarks.map(({ origin, message }) => `- ${markdownCode(origin, 80)}: ${markdownText(message, 300)}`)
  const { lines, more } = bounded(all, mostRemarks, mostCharacters.remarks)
  return ['**Read, but of no use**', [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]
}

/** The first lines that fit both limits. */
function bounded(all: readonly string[], mostLines: number, most: number): { lines: string[]; more: number } {
  const lines: string[] = []
  let characters = 0
  for (const line of all.slice(0, mostLines)) {
    characters += line.length
    if (characters > most) break
    lines.push(line)
  }
  return { lines, more: all.length - lines.length }
}
