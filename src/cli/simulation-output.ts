/** Where a study goes: text or JSON on standard output, and files by their endings. */
import { extname } from 'node:path'
import type { CacheStudy, ColdStartStudy } from '../model/simulation.js'
import { nameText } from '../report/place-text.js'
import type { SimulationFormat } from '../report/simulation/render.js'
import { checkDestinations, writeReport, type Destination } from './destinations.js'
import type { Environment } from './environment.js'
import { InvocationError } from './exit.js'

const formats: Readonly<Record<string, SimulationFormat>> = {
  '.svg': 'svg',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.txt': 'terminal',
}

export interface StudyFile extends Destination {
  format: SimulationFormat
}

/** Checks every file before anything is read. */
export async function studyFiles(
  names: readonly string[],
  evidence: readonly string[],
  folder: string,
): Promise<StudyFile[]> {
  const wanted = names.map((name) => {
    const format = formats[extname(name).toLowerCase()]
    if (format !== undefined) return { name, format }
    throw new InvocationError(
      `cannot tell the format of ${nameText(name)} from its ending`,
      `Name the file with one of these endings: ${Object.keys(formats).join(', ')}.`,
    )
  })
  const checked = await checkDestinations(names, evidence, folder)
  return checked.map((file, i) => ({ ...file, format: wanted[i]?.format ?? 'json' }))
}

export async function writeStudy(
  environment: Environment,
  study: CacheStudy | ColdStartStudy,
  files: readonly StudyFile[],
  format: SimulationFormat,
): Promise<void> {
  const { renderSimulation } = await import('../report/simulation/render.js')
  for (const file of files) {
    await writeReport(file, renderSimulation(study, file.format))
    await environment.stderr.write(`Wrote ${file.name}\n`)
  }
  await environment.stdout.write(renderSimulation(study, format, Math.min(environment.stdout.columns ?? 100, 120)))
}
