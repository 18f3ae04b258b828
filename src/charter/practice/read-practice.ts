/**
 * What existing practice in a folder says: decision records, CODEOWNERS, Backstage and OpenSLO, from their usual places or those that
 * `practice` names. Nothing here throws: nobody wrote these files for Faultline, so what cannot be read is a remark.
 */
import { join } from 'node:path'
import { glob } from 'tinyglobby'
import { CharterError } from '../charter-error.js'
import type { PartialCharter } from '../merge.js'
import { readCharterText } from '../read-charter-file.js'
import type { CharterFile } from '../schema.js'
import { readAdr } from './adr.js'
import { readBackstage } from './backstage.js'
import { readCodeowners } from './codeowners.js'
import { readOpenSlo } from './openslo.js'
import type { PracticeText } from './practice-file.js'

const mostFiles = 500
const adrFolders = ['docs/adr', 'docs/adrs', 'doc/adr', 'docs/decisions', 'doc/architecture/decisions', 'adr']
const codeownersFiles = ['.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']
const catalogues = ['catalog-info.yaml', '*/catalog-info.yaml', '*/*/catalog-info.yaml']
const objectives = ['openslo/*.{yaml,yml}', 'slo/*.{yaml,yml}', 'slos/*.{yaml,yml}']

/** `settings` is the charter's `practice`; rows name files as paths from `folder`. */
export async function readPractice(folder: string, settings: CharterFile['practice']): Promise<PartialCharter> {
  if (settings === false) return {}
  const found: PartialCharter[] = []
  const texts = async (patterns: string[], most = mostFiles): Promise<PracticeText[]> => {
    const options = { cwd: folder, ignore: ['**/node_modules/**'], followSymbolicLinks: false, dot: true }
    const files = (await glob(patterns, options).catch(() => [])).sort()
    const read: PracticeText[] = []
    for (const file of files.slice(0, most)) {
      try {
        read.push({ text: await readCharterText(join(folder, file)), file })
      } catch (error) {
        const message = error instanceof CharterError ? error.message : 'The file cannot be read.'
        found.push({ remarks: [{ file, line: 1, column: 1, message }] })
      }
    }
    return read
  }
  const adrs = settings?.adr === undefined ? adrFolders : [settings.adr.replace(/\/$/, '')]
  const records = await texts(adrs.flatMap((path) => [`${path}/[0-9]*.md`, `${path}/{adr,ADR}{-,_,}[0-9]*.md`]))
  found.push(...records.map(({ text, file }) => readAdr(text, file)))
  const owners = await texts(settings?.codeowners === undefined ? codeownersFiles : [settings.codeowners], 1)
  found.push(...owners.map(({ text, file }) => readCodeowners(text, file)))
  found.push(readBackstage(await texts(settings?.backstage ?? catalogues)))
  found.push(readOpenSlo(await texts(settings?.openslo ?? objectives)))
  return {
    charterRequirements: found.flatMap((part) => part.charterRequirements ?? []),
    charterDecisions: found.flatMap((part) => part.charterDecisions ?? []),
    charterTeams: found.flatMap((part) => part.charterTeams ?? []),
    charterServiceOwners: found.flatMap((part) => part.charterServiceOwners ?? []),
    charterComponents: found.flatMap((part) => part.charterComponents ?? []),
    remarks: found.flatMap((part) => part.remarks ?? []),
  }
}
