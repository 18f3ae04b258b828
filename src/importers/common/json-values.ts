/**
 * Values of parsed JSON that nobody vouches for, as the type that is wanted or as nothing.
 * What is easily got wrong: a number of JSON may be too large, negative or text; what is no whole number in reach counts as unknown.
 */
export type JsonObject = Readonly<Record<string, unknown>>

/** An object; an empty one for everything else (some servers write an empty object as a list). */
export const objectOf = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

/** Whether it is an object, and no list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** The objects of a list; what is none is left out. */
export const objectsOf = (value: unknown): readonly JsonObject[] => listOf(value).filter(isObject)

const longestText = 1_000

/** A text, cut where it is longer than any name; empty for everything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, longestText) : '')

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value)
    .filter((each) => typeof each === 'string')
    .map(textOf)

/** A whole number from 0 on, or undefined. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0
    ? Math.min(Math.round(number), Number.MAX_SAFE_INTEGER)
    : undefined
}

/** 1, 0, or -1 for what is neither true nor false. */
export const flagOf = (value: unknown): number => (value === true ? 1 : value === false ? 0 : -1)

/** Milliseconds since 1970 of an ISO time, or of a number of seconds, milliseconds or nanoseconds; 0 when there is none. */
export function momentOf(value: unknown): number {
  if (typeof value === 'string' && !/^\d+$/.test(value)) {
    const parsed = Date.parse(value)
    return Number.isFinite(parsed) && parsed > 0 ? parsed : 0
  }
  const number = Number(value)
  if (typeof value === 'boolean' || !Number.isFinite(number) || number <= 0) return 0
  if (number < 1e11) return Math.round(number * 1_000)
  return Math.round(number < 1e14 ? number : number < 1e17 ? number / 1_000 : number / 1e6)
}

/** What was declared, as JSON text that is the same for the same declaration: plain values only, in the order of their names. */
export function declaredText(declared: JsonObject): string {
  const plain = Object.entries(declared)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) || Array.isArray(value))
    .map(([name, value]) => [name.slice(0, 100), Array.isArray(value) ? textsOf(value).slice(0, 50) : value] as const)
    .map(([name, value]) => [name, typeof value === 'string' ? textOf(value) : value] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, 60)
  return JSON.stringify(Object.fromEntries(plain))
}
