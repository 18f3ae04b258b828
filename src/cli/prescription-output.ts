/** Writes what a report prescribes into a folder, which is made when it is not there. Other files in it are left alone. */
import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Report } from '../model/report.js'
import { prescriptionFiles } from '../report/caches/prescriptions.js'
import { nameText } from '../report/place-text.js'
import { writeText } from './destinations.js'
import type { Environment } from './environment.js'
import { InvocationError } from './exit.js'

/** Refuses before the audit what could not be written after it. */
export async function checkPrescriptionFolder(name: string, folder: string): Promise<void> {
  const found = await stat(resolve(folder, name)).catch(() => undefined)
  if (found !== undefined && !found.isDirectory())
    throw new InvocationError(`${nameText(name)} is a file and no folder`, 'Name a folder for the prescriptions.')
}

export async function writePrescriptions(environment: Environment, name: string, report: Report): Promise<void> {
  const folder = resolve(environment.folder, name)
  const files = prescriptionFiles(report)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvocationError(`cannot make the folder ${nameText(name)}: ${reason}`, 'Name another folder.')
  }
  for (const file of files) await writeText(file.name, join(folder, file.name), file.text)
  await environment.stderr.write(`Wrote ${files.length} files to ${nameText(name)}\n`)
}
