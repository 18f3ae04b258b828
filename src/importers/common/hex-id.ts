/**
 * Ids of tracers that drop leading zeroes, brought to one width: 32 digits for a trace, 16 for a span.
 * Ids that are not hexadecimal stay as they are: joining still works, and `oddIds` says so.
 * Digits are trimmed off to see whether anything is left, which takes a tenth of what a regular expression does.
 */

function padded(field: string, digits: number): string {
  const text = `lower(${field})`
  return `if(length(${field}) BETWEEN 1 AND ${digits - 1} AND empty(trimLeft(${text}, '0123456789abcdef')), leftPad(${text}, ${digits}, '0'), ${text})`
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
  return `if(empty(trimLeft(${field}, '0')), '', ${spanId(field)})`
}

/** SQL condition: a trace or a span id is missing or zero. */
export function withoutIds(trace: string, span: string): string {
  return `empty(trimLeft(${trace}, '0')) OR empty(trimLeft(${span}, '0'))`
}

/** SQL condition over padded ids: one of them is no W3C id. */
export function oddIds(trace: string, span: string, parent: string): string {
  return `NOT (length(${trace}) = 32 AND length(${span}) = 16 AND length(${parent}) IN (0, 16)
    AND empty(trimLeft(concat(${trace}, ${span}, ${parent}), '0123456789abcdef')))`
}
