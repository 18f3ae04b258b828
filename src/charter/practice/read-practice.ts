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

const mostFiles = 500
const adrFolders = ['docs/adr', 'docs/adrs', 'doc/adr', 'docs/decisions', 'doc/architecture/decisions', 'adr']
const codeownersFiles = ['.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']
const catalogues = ['catalog-info.yaml', '*/catalog-info.yaml', '*/*/catalog-info.yaml']
const objectives = ['openslo/*.{yaml,yml}', 'slo/*.{yaml,yml}', 'slos/*.{yaml,yml}']

/** `settings` is the charter's `practice`; rows name files as paths from `folder`. */
export async function readPractice(folder: string, settings: CharterFile['practice']): Promise<PartialCharter> {
  if (settings === false) return {}
  const found: PartialCharter[] = []
  const read = async (
    patterns: string[],
    reader: (text: string, file: string) => PartialCharter,
    most = mostFiles,
  ): Promise<void> => {
    const options = { cwd: folder, ignore: ['**/node_modules/**'], followSymbolicLinks: false, dot: true }
    const files = (await glob(patterns, options).catch(() => [])).sort()
    for (const file of files.slice(0, most)) {
      try {
        found.push(reader(await readCharterText(join(folder, file)), file))
      } catch (error) {
        const message = error instanceof CharterError ? error.message : 'The file cannot be read.'
        found.push({ remarks: [{ file, line: 1, column: 1, message }] })
      }
    }
  }
  const adrs = settings?.adr === undefined ? adrFolders : [settings.adr.replace(/\/$/, '')]
  await read(
    adrs.flatMap((path) => [`${path}/[0-9]*.md`, `${path}/{adr,ADR}{-,_,}[0-9]*.md`]),
    readAdr,
  )
  await read(settings?.codeowners === undefined ? codeownersFiles : [settings.codeowners], readCodeowners, 1)
  await read(settings?.backstage ?? catalogues, readBackstage)
  await read(settings?.openslo ?? objectives, readOpenSlo)
  return {
    charterRequirements: found.flatMap((part) => part.charterRequirements ?? []),
    charterDecisions: found.flatMap((part) => part.charterDecisions ?? []),
    charterTeams: found.flatMap((part) => part.charterTeams ?? []),
    charterServiceOwners: found.flatMap((part) => part.charterServiceOwners ?? []),
    charterComponents: found.flatMap((part) => part.charterComponents ?? []),
    remarks: found.flatMap((part) => part.remarks ?? []),
  }
}
