/**
 * Tells an engine error that speaks of the evidence from one that speaks of the machine.
 * What is easily got wrong: a full disk or too little memory must not be taken for a bad file, or evidence would be lost in silence.
 */
const machineFaults =
  /MEMORY_LIMIT_EXCEEDED|CANNOT_ALLOCATE_MEMORY|NOT_ENOUGH_SPACE|CANNOT_WRITE|QUERY_WAS_CANCELLED|SYNTAX_ERROR|UNKNOWN_(?:SETTING|TABLE|FUNCTION|IDENTIFIER)|TIMEOUT_EXCEEDED|FILE_DOESNT_EXIST|CANNOT_OPEN_FILE/

/** Whether the engine refused what the file holds, so that another way of reading it may do better. */
export function isParseError(error: unknown): boolean {
  const message = String(error)
  // The types that a broken file names for its columns are parsed as if they were SQL.
  if (message.includes('CANNOT_EXTRACT_TABLE_STRUCTURE')) return true
  return /Code: \d+|DB::Exception|\([A-Z_]+\)/.test(message) && !machineFaults.test(message)
}
