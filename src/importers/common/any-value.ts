/**
 * OTLP's AnyValue as SQL: a value is text, and a nested one is clean JSON text (`["a","b"]`, `{"k":1}`), not OTLP's own JSON of it.
 * What is easily got wrong: the text is rewritten by patterns, from the innermost value outwards, so the patterns must treat a JSON string
 * as one unit; and finished objects stand between two control characters, which JSON text cannot contain, so that no pattern sees them again.
 */
const string = '"(?:[^"\\\\]|\\\\.)*"'
/** Text in which every nested value is finished. */
const finished = `(?:[^{}"]|${string})*`

/** Nested values are rewritten this many levels deep; what lies below stays OTLP's own JSON. */
const levels = 4

const flattened: readonly [pattern: string, replacement: string][] = [
  [`(${string})|\\s+`, '\\1'],
  ['\\{"arrayValue":\\{\\}\\}', '[]'],
  ['\\{"kvlistValue":\\{\\}\\}', '\\x01\\x02'],
  [`\\{"(?:stringValue|bytesValue)":(${string})\\}`, '\\1'],
  ['\\{"(?:intValue|doubleValue|boolValue)":"?(-?[0-9][0-9.eE+-]*|true|false)"?\\}', '\\1'],
  [`\\{"doubleValue":(${string})\\}`, '\\1'],
  // Protobuf is read a few levels deep; what lies below is bytes, and says so.
  [`\\{"(?:arrayValue|kvlistValue)":${string}\\}`, '"(nested too deep to be read)"'],
  ['\\{\\}', 'null'],
]
const oneLevel: readonly [pattern: string, replacement: string][] = [
  [`\\{"key":(${string}),"value":(${finished})\\}`, '\\1:\\2'],
  [`\\{"arrayValue":\\{"values":(\\[${finished}\\])\\}\\}`, '\\1'],
  [`\\{"kvlistValue":\\{"values":\\[(${finished})\\]\\}\\}`, '\\x01\\1\\x02'],
]

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll('\\\\x0', '\\x0')}'`

/** SQL of the clean JSON text of a nested value; `text` is SQL of its OTLP/JSON, `arm` the field it stood in. */
export function nestedText(arm: 'arrayValue' | 'kvlistValue', text: string): string {
  const steps = [...flattened, ...Array.from({ length: levels }, () => oneLevel).flat()]
  const rewritten = steps.reduce(
    (inner, [pattern, replacement]) => `replaceRegexpAll(${inner}, ${literal(pattern)}, ${literal(replacement)})`,
    `concat('{"${arm}":', ${text}, '}')`,
  )
  return `translate(${rewritten}, '\\x01\\x02', '{}')`
}
