/**
 * Where reports go: standard output and the files of `-o`. Everything that can be wrong with a destination is found
 * before the audit starts; a report is never half written, because it is renamed into place.
 */
import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { nameText } from '../report/place-text.js'
import { reporters } from '../report/reporters/index.js'
import type { ReporterEntry } from '../report/reporters/index.js'
import { InvocationError } from './exit.js'

export interface Destination {
  /** Absolute. */
  path: string
  /** As the user wrote it. */
  name: string
}

export interface FileDestination extends Destination {
  reporter: ReporterEntry
}

const endings = reporters.flatMap((entry) => entry.extensions.map((extension) => `.${extension}`)).join(', ')

function reporterFor(name: string): ReporterEntry {
  const extension = extname(name).slice(1).toLowerCase()
  const entry = reporters.find((candidate) => candidate.extensions.includes(extension))
  if (entry !== undefined) return entry
  throw new InvocationError(
    `cannot tell the format of ${nameText(name)} from its ending`,
    `Name the file with one of these endings: ${endings}.`,
  )
}

/** Checks every destination and creates none of them. */
export async function fileDestinations(
  names: readonly string[],
  evidence: readonly string[],
  folder: string,
): Promise<FileDestination[]> {
  const wanted = names.map((name) => reporterFor(name))
  const checked = await checkDestinations(names, evidence, folder)
  return checked.map((file, i) => ({ ...file, reporter: wanted[i] ?? reporterFor(file.name) }))
}

/** As `fileDestinations`, for what no reporter writes. */
export async function checkDestinations(
  names: readonly string[],
  evidence: readonly string[],
  folder: string,
): Promise<Destination[]> {
  const inputs = new Set(evidence.map((source) => resolve(folder, source)))
  const destinations = names.map((name) => ({ name, path: resolve(folder, name) }))
  for (const { name, path } of destinations) {
    if (inputs.has(path)) {
      throw new InvocationError(`${nameText(name)} is evidence and report at once`, 'Write the report to another file.')
    }
    await checkWritable(name, path)
  }
  return destinations
}

async function checkWritable(name: string, path: string): Promise<void> {
  const parent = dirname(path)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) {
    throw new InvocationError(`cannot write the report to ${nameText(name)}: it is a folder`, 'Name a file in it.')
  }
  const folder = await stat(parent).catch(() => undefined)
  if (!folder?.isDirectory()) {
    throw new InvocationError(
      `cannot write the report to ${nameText(name)}: the folder ${nameText(parent)} does not exist`,
      'Create the folder, or write somewhere else.',
    )
  }
  try {
    await access(parent, constants.W_OK)
    if (found !== undefined) await access(path, constants.W_OK)
  } catch {
    throw new InvocationError(
      `cannot write the report to ${nameText(name)}: permission denied`,
      'Write somewhere else, or change the permissions.',
    )
  }
}

/** Replaces the file at once, so that nobody reads half a report. */
export async function writeReport({ name, path }: Destination, text: string): Promise<void> {
  await writeText(name, path, text, 'the report to ')
}

/** `name` is as the user knows it, `path` is absolute; `what` stands before the name when it cannot be written. */
export async function writeText(name: string, path: string, text: string, what = ''): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  try {
    await writeFile(unfinished, text)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvocationError(`cannot write ${what}${nameText(name)}: ${reason}`, 'Write somewhere else.')
  }
}
