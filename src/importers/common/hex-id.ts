/**
 * Ids of tracers that drop leading zeroes, brought to one width: 32 digits for a trace, 16 for a span.
 * Ids that are not hexadecimal stay as they are: joining still works, and `oddIds` says so.
 * Digits are trimmed off to see whether anything is left, which takes a third of what a regular expression does.
 */

/** SQL condition: an id is missing, or zero, which stands for "none". */
export const isBlankId = (field: string): string => `empty(trimLeft(${field}, '0'))`

/** SQL condition: a text has no other than lower-case hexadecimal digits. */
export const isHex = (text: string): string => `empty(trimLeft(${text}, '0123456789abcdef'))`

function padded(field: string, digits: number): string {
  const text = `lower(${field})`
  return `if(length(${field}) BETWEEN 1 AND ${digits - 1} AND ${isHex(text)}, leftPad(${text}, ${digits}, '0'), ${text})`
}

/** SQL of a trace id. 64-bit ids are padded too, so that one system gives the same ids in every format. */
export function traceId(field: string): string {
  return padded(field, 32)
}

/** SQL of a span id. */
export function spanId(field: string): string {
  return padded(field, 16)
}

/** SQL of a parent's id: empty where the source writes zeroes for "none". */
export function parentId(field: string): string {
  return `if(${isBlankId(field)}, '', ${spanId(field)})`
}

/** SQL condition: a trace or a span id is missing or zero. */
export function withoutIds(trace: string, span: string): string {
  return `${isBlankId(trace)} OR ${isBlankId(span)}`
}

/** SQL condition over padded ids: one of them is no W3C id. */
export function oddIds(trace: string, span: string, parent: string): string {
  return `NOT (length(${trace}) = 32 AND length(${span}) = 16 AND length(${parent}) IN (0, 16)
    AND ${isHex(`concat(${trace}, ${span}, ${parent})`)})`
}
