/**
 * Reads a JSON report back: the baseline of a gate, or either side of `faultline diff`. Whatever is wrong with the file is
 * told with its name and a remedy before an engine starts; a report that was cut off is never taken for a small one.
 */
import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { nameText } from '../report/place-text.js'
import { comparableSchema } from '../report/comparison/comparable.js'
import type { ComparableReport } from '../report/comparison/comparable.js'
import type { FileDestination } from './destinations.js'
import { InvocationError } from './exit.js'

/** The largest reports are a few megabytes; beyond this it is no report, and would only fill the memory. */
const mostBytes = 256 * 1024 * 1024

const remake = 'Write it anew: faultline audit traces/ -o baseline.json'
const versioned = z.looseObject({ schemaVersion: z.unknown(), tool: z.looseObject({ name: z.literal('faultline') }) })

/** `name` is relative to `folder` unless it is absolute. Throws an InvocationError. */
export async function readReport(name: string, folder: string): Promise<ComparableReport> {
  const shown = nameText(name)
  const value = parse(await textOf(resolve(folder, name), shown), shown)
  const head = versioned.safeParse(value)
  if (!head.success) {
    throw new InvocationError(
      `${shown} is not a Faultline report`,
      'A baseline is a report as JSON: faultline audit traces/ -o baseline.json',
    )
  }
  if (head.data.schemaVersion !== 1) {
    const version = nameText(String(JSON.stringify(head.data.schemaVersion)), 40)
    throw new InvocationError(
      `${shown} has schemaVersion ${version}; this Faultline compares schemaVersion 1`,
      `${remake}, with this version of Faultline.`,
    )
  }
  const report = comparableSchema.safeParse(value)
  if (report.success) return report.data
  const [problem] = report.error.issues
  const at = nameText(problem?.path.join('.') ?? '', 80)
  throw new InvocationError(
    `${shown} is a damaged Faultline report: at ${at}: ${problem?.message ?? 'unknown'}`,
    remake,
  )
}

async function textOf(path: string, shown: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? error.message)
  if (typeof found === 'string') {
    throw new InvocationError(
      found === 'ENOENT' || found === 'ENOTDIR'
        ? `the report ${shown} does not exist`
        : `cannot read ${shown}: ${found}`,
      'The first run writes a baseline: faultline audit traces/ -o baseline.json',
    )
  }
  if (!found.isFile()) throw new InvocationError(`${shown} is not a file`, 'Name a report that was written as JSON.')
  if (found.size > mostBytes) {
    throw new InvocationError(`${shown} is larger than any Faultline report`, 'Name a report that was written as JSON.')
  }
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvocationError(`cannot read ${shown}: ${reason}`, 'Change its permissions, or name another report.')
  }
}

function parse(text: string, shown: string): unknown {
  if (text.trim() === '') throw new InvocationError(`${shown} is empty`, remake)
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    // A report ends with a brace: what begins like one and does not was cut off on its way.
    const cut = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}')
    throw new InvocationError(
      cut ? `${shown} is cut off: it ends in the middle of a report` : `${shown} is not JSON`,
      remake,
    )
  }
}

/** A gate that overwrites its own baseline fails once and passes ever after. */
export async function refuseOverwriting(
  baseline: string,
  files: readonly FileDestination[],
  folder: string,
): Promise<void> {
  const real = (path: string) => realpath(path).catch(() => path)
  const own = await real(resolve(folder, baseline))
  for (const file of files) {
    if ((await real(file.path)) !== own) continue
    throw new InvocationError(
      `${nameText(file.name)} is baseline and report at once: the next run would take new findings for known ones`,
      'Write the report to another file, and replace the baseline when its findings are accepted.',
    )
  }
}
