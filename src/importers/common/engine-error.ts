/**
 * Tells an engine error that speaks of the evidence from one that speaks of the machine.
 * What is easily got wrong: a full disk or too little memory must not be taken for a bad file, or evidence would be lost in silence;
 * and a client may cut the engine's words to a sentence, whose code and type then stand beside it or in its cause.
 */
const machineFaults =
  /MEMORY_LIMIT_EXCEEDED|CANNOT_ALLOCATE_MEMORY|NOT_ENOUGH_SPACE|CANNOT_WRITE|QUERY_WAS_CANCELLED|SYNTAX_ERROR|UNKNOWN_(?:SETTING|TABLE|FUNCTION|IDENTIFIER)|TIMEOUT_EXCEEDED|FILE_DOESNT_EXIST|CANNOT_OPEN_FILE/

/** Everything that the engine said, however deep it is wrapped. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, type, cause } = error as Error & { code?: unknown; type?: unknown }
  const known = typeof type === 'string' ? `Code: ${String(code)} (${type})` : ''
  return [String(error), known, cause === undefined ? '' : wordsOf(cause)].join('\n')
}

/** Whether the engine refused what the file holds, so that another way of reading it may do better. */
export function isParseError(error: unknown): boolean {
  const words = wordsOf(error)
  // The types that a broken file names for its columns are parsed as if they were SQL.
  if (words.includes('CANNOT_EXTRACT_TABLE_STRUCTURE')) return true
  return /Code: \d+|DB::Exception|\([A-Z_]+\)/.test(words) && !machineFaults.test(words)
}

/** Whether the engine ran out of memory, which a broken table brings about by announcing columns of any size. */
export const isMemoryError = (error: unknown): boolean => wordsOf(error).includes('MEMORY_LIMIT_EXCEEDED')

/** Whether the engine refused JSON because it holds a member that the structure does not name. */
export const namesUnknownField = (error: unknown): boolean =>
  /Unknown field found|Unexpected number of elements in named tuple|Tuple doesn't have element with name/.test(
    wordsOf(error),
  )
