/**
 * All that the commands touch outside themselves, so that tests can hand them something else.
 * Engine, audits and reporters are loaded by the commands that need them: `--help` must not start a database.
 */
import type { Audit } from '../model/audit.js'
import type { Report } from '../model/report.js'
import type { ImportedFile, ImportOptions } from '../engine/import-into.js'
import type { RunOptions } from '../engine/run.js'
import type { Simulations } from '../engine/simulation/simulate.js'
import type { InPlaceOptions } from '../engine/run-in-place.js'

/** The engine's entry point. */
export type RunAudit = (options: RunOptions & Required<Pick<RunOptions, 'arguments' | 'progress'>>) => Promise<Report>

/** The queries of an audit in place, with what they would read. */
export type DryRun = (store: InPlaceOptions, hosts?: Readonly<Record<string, string>>) => Promise<string>

export type ImportInto = (options: ImportOptions) => Promise<ImportedFile[]>

/** An audit as its words and limits; the commands never run one. */
export type AuditWords = Pick<
  Audit<Record<string, unknown>>,
  'id' | 'family' | 'title' | 'failureTitle' | 'definition' | 'why' | 'fix' | 'verify' | 'limits' | 'references'
> & { examples: { fires: readonly ExampleWords[]; quiet: readonly ExampleWords[] } }

/** An example's rows by relation; which columns a row has is the relation's business. */
export interface ExampleWords {
  name: string
  rows: object
  limits?: Record<string, number>
}

/** A stream with what is known of the terminal behind it. */
export interface Output {
  write(text: string): Promise<void>
  isTerminal: boolean
  /** Width in columns, where there is a terminal. */
  columns?: number
}

export interface Environment {
  version: string
  stdout: Output
  stderr: Output
  variables: Readonly<Record<string, string | undefined>>
  /** Folder to which relative paths belong. */
  folder: string
  /** Recorded traces of the flawed bookshop; those of its mended twin lie beside them, in `mended` instead of `flawed`. */
  demoEvidence: string
  /** Aborts when the user gives up; whoever listens has a second to close what it has opened. */
  signal: AbortSignal
  loadEngine(): Promise<RunAudit>
  /** What an audit on a server would ask, as a script. */
  loadDryRun(): Promise<DryRun>
  /** What loads evidence into a server's table. */
  loadImport(): Promise<ImportInto>
  /** Registers work that a signal waits for before the process ends; returns how to take it back. */
  beforeStop?: (clean: () => Promise<void>) => () => void
  loadAudits(): Promise<readonly AuditWords[]>
  loadSimulations(): Promise<Simulations>
}

/** FORCE_COLOR wins over NO_COLOR (no-color.org, force-color.org), and both over the terminal. */
export function wantsColour(output: Output, variables: Environment['variables']): boolean {
  const force = variables['FORCE_COLOR']
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  if (variables['NO_COLOR'] !== undefined && variables['NO_COLOR'] !== '') return false
  return output.isTerminal && variables['TERM'] !== 'dumb'
}
