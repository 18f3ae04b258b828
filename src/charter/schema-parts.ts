/**
 * The shapes of which the charter's schema is made. A message is two lines: what was expected, and the remedy (`faultOf` takes them apart).
 * Values are read (units, dates, edges) while they are validated, so that nothing behind the schema sees text.
 */
import { z } from 'zod'
import { isFault, quoted, suggestion } from './charter-error.js'
import type { Fault } from './charter-error.js'
import { datePattern, readDate } from './dates.js'
import { dimensions, metrics, readTarget, textPattern } from './quantities.js'
import type { Dimension, MeasuredMetric, Target } from './quantities.js'

export function faultText({ message, remedy }: Fault): string {
  return `${message}\n${remedy}`
}

/** A mapping with exactly these keys; an unknown one is told with the nearest. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, what: string) {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      const [key = ''] = issue.keys as string[]
      return faultText({
        message: `Expected a key of ${what}, found ${quoted(key)}.`,
        remedy: suggestion(key, known, 'keys'),
      })
    },
  })
}

/** A text that says something. */
export function text(meaning = '') {
  const said = z
    .string()
    .refine((given) => given.trim() !== '', {
      error: faultText({ message: 'Expected text, found nothing.', remedy: 'Write it, or delete the key.' }),
    })
    .refine((given) => given.length <= 2000, {
      error: faultText({ message: 'Expected at most 2,000 characters.', remedy: 'Write it shorter.' }),
    })
  return meaning === '' ? said : said.describe(meaning)
}

export function texts(meaning: string) {
  return z.array(text()).describe(meaning)
}

/** Runs a reader whose fault becomes the issue. */
export function reading<Given, Found extends object>(
  read: (given: Given) => Found | Fault,
): (given: Given, context: z.RefinementCtx) => Found {
  return (given, context) => {
    const found = read(given)
    if (!isFault(found)) return found
    context.addIssue({ code: 'custom', message: faultText(found) })
    return z.NEVER
  }
}

/** Editors underline a number where a unit is needed; the loader takes it, to say which unit is missing. */
function bareNumber(dimension: Dimension): z.ZodNumber {
  return dimension === 'count' || dimension === 'ratio' ? z.number() : z.number().meta({ not: {} })
}

/** The target of a metric: a value with its unit, perhaps with a comparator. */
export function target(metric: MeasuredMetric) {
  const { dimension, usual, meaning } = metrics[metric]
  const { expected } = dimensions[dimension]
  const usually = usual === '<=' ? 'at most' : 'at least'
  return z
    .union([z.string().meta({ pattern: textPattern(dimension) }), bareNumber(dimension)], {
      error: faultText({
        message: `Expected ${expected}, perhaps with <=, <, >= or > before it.`,
        remedy: `Write ${metric}: ${expected.replace(/^.* such as ([^\s,]+).*$/, '$1')}.`,
      }),
    })
    .transform(reading<string | number, Target>((given) => readTarget(metric, given)))
    .describe(`${meaning} ${expected[0]?.toUpperCase()}${expected.slice(1)}; a bare value means ${usually}.`)
}

export function date(meaning: string) {
  return z
    .string()
    .meta({ pattern: datePattern })
    .transform((given, context) => reading(readDate)(given, context).date)
    .describe(meaning)
}
