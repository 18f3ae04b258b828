/**
 * What an address is, and how a server is asked unless somebody says otherwise. Apart from the live importers, whose clients take long to
 * load: evidence in files should not wait for them.
 */
import type { LiveOptions } from '../../model/importer.js'

/** One look, gently, and nobody to tell. */
export const gentle: LiveOptions = {
  monitorSeconds: 0,
  forSeconds: 0,
  commandsPerSecond: 1_500,
  signal: new AbortController().signal,
  report: () => {},
}

/** What stands before `://`, in lower case. */
export const schemeOf = (argument: string): string | undefined =>
  /^([a-z][a-z0-9+.-]*):\/\//i.exec(argument)?.[1]?.toLowerCase()

/** Whether an argument is an address, of whatever kind. */
export const isAddress = (argument: string): boolean => schemeOf(argument) !== undefined
