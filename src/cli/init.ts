/**
 * The work of `faultline init`: writes a first charter from what was seen, or adds what is new to one that is there.
 * What a person wrote is never changed, and a file with nothing to add is not even touched.
 */
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { blankCharter } from '../charter/blank-charter.js'
import { draftCharter, newCharterText } from '../charter/draft/draft-charter.js'
import type { Draft } from '../charter/draft/draft-charter.js'
import { proposals } from '../charter/draft/proposals.js'
import { loadCharterText } from '../charter/load.js'
import { readPractice } from '../charter/practice/read-practice.js'
import { readCharterText } from '../charter/read-charter-file.js'
import { visible } from '../lib/text.js'
import type { Charter } from '../model/charter.js'
import { nameText } from '../report/place-text.js'
import type { Environment } from './environment.js'
import { InvocationError } from './exit.js'
import { runWithProgress } from './run-with-progress.js'

export interface InitOptions {
  output?: string
  charter?: string
}

export async function init(environment: Environment, evidence: string[], options: InitOptions): Promise<void> {
  const { folder } = environment
  const name = options.output ?? options.charter ?? 'faultline.yaml'
  const path = resolve(folder, name)
  const base = options.charter ?? (name === '-' ? 'faultline.yaml' : name)
  const basePath = resolve(folder, base)
  if (name !== '-') await refuse(name, path, basePath, evidence, folder)
  const exists =
    options.charter !== undefined || (name !== '-' && (await stat(path).catch(() => undefined)) !== undefined)
  // Messages name the file as the user did.
  const shown = folder === process.cwd() ? base : basePath
  const audits = await environment.loadAudits()
  const before = exists ? await readCharterText(shown) : undefined
  const charter = before === undefined ? undefined : await loadCharterText(before, shown, { audits })

  const words = ['init', ...evidence, '-o', name]
  const report = await runWithProgress(environment, { evidence, arguments: words, ...(charter && { charter }) })
  if (report.system.spans === 0) {
    throw new InvocationError(
      'no span was found in the evidence, so there is nothing to write a charter of',
      'Name other files; faultline audit tells what was lost in these.',
    )
  }
  const system = basename(dirname(basePath)) || 'system'
  const proposed = proposals(report.system, charter ?? (await withOwners(system, dirname(basePath))))
  const draft = draftCharter(before ?? newCharterText(system), proposed, shown)
  if (draft.text !== before) await loadCharterText(draft.text, shown, { audits })

  if (name === '-') await environment.stdout.write(draft.text)
  else if (draft.text !== before) await replace(name, path, draft.text)
  await environment.stderr.write(summary(name, before === undefined ? system : undefined, draft))
}

/** One owner for each service, as many as are written: a second run must not learn less from the charter than the first from practice. */
async function withOwners(system: string, folder: string): Promise<Charter> {
  const { charterServiceOwners = [] } = await readPractice(folder, undefined)
  const first = new Map(charterServiceOwners.toReversed().map((row) => [row.service, row]))
  return { ...blankCharter(system), charterServiceOwners: [...first.values()] }
}

async function refuse(name: string, path: string, basePath: string, evidence: string[], folder: string): Promise<void> {
  if (evidence.some((source) => resolve(folder, source) === path)) {
    throw new InvocationError(`${nameText(name)} is evidence and charter at once`, 'Write the charter to another file.')
  }
  if (path !== basePath && (await stat(path).catch(() => undefined)) !== undefined) {
    throw new InvocationError(
      `${nameText(name)} exists and is not the charter to begin with`,
      'Leave out --charter to add to it, or write to another file.',
    )
  }
  const parent = await stat(dirname(path)).catch(() => undefined)
  if (!parent?.isDirectory()) {
    throw new InvocationError(`the folder of ${nameText(name)} does not exist`, 'Create it, or write somewhere else.')
  }
}

/** At once, so that nobody reads half a charter; a link stays one. */
async function replace(name: string, path: string, text: string): Promise<void> {
  const found = await realpath(path).catch(() => path)
  const mode = (await stat(found).catch(() => undefined))?.mode
  const unfinished = join(dirname(found), `.${basename(found)}.${process.pid}.part`)
  try {
    await writeFile(unfinished, text, mode === undefined ? {} : { mode })
    await rename(unfinished, found)
  } catch (error) {
    await rm(unfinished, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvocationError(`cannot write ${nameText(name)}: ${reason}`, 'Write somewhere else.')
  }
}

function summary(name: string, system: string | undefined, { added, closed }: Draft): string {
  const where = name === '-' ? 'the charter' : nameText(name)
  const counted = [...new Set(added.map(({ section }) => section))].map(
    (section) => `  ${section}: ${added.filter((proposal) => proposal.section === section).length} added`,
  )
  const lines = counted.length > 0 ? [`${system === undefined ? 'Added to' : 'Drafted'} ${where}:`, ...counted] : []
  if (counted.length === 0 && closed.length === 0) lines.push(`Nothing is new: ${where} stays as it is.`)
  for (const section of closed) {
    lines.push(`  ${section}: left alone; write it as a list or mapping of its own, and run init again`)
  }
  const asked = (section: string): number =>
    added.filter((proposal) => proposal.section === section && proposal.question !== '').length
  const questions = [
    system === undefined ? '' : `Is the system called ${visible(system)}?`,
    asked('services') > 0 ? `Who owns ${countText(asked('services'), 'service')}?` : '',
    asked('requirements') > 0 ? `How fast must ${countText(asked('requirements'), 'request')} be?` : '',
    asked('decisions') > 0
      ? `Why were ${countText(asked('decisions'), 'decision')} taken? Name requirements in \`because\`.`
      : '',
  ].filter((question) => question !== '')
  if (questions.length > 0) lines.push('Questions that remain:', ...questions.map((question) => `  ${question}`))
  return `${lines.join('\n')}\n`
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
