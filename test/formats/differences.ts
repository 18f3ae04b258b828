/** Where two values of JSON differ, leaf by leaf, so that a test can say exactly which differences it expects. */
export interface Difference {
  /** Keys from the top, after slashes. */
  path: string
  before: unknown
  after: unknown
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (!isBranch(before) || !isBranch(after)) return Object.is(before, after) ? [] : [{ path, before, after }]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => differences(before[key], after[key], `${path}/${key}`))
}
