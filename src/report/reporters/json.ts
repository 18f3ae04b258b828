/**
 * The whole Report as JSON, for machines. Keys come in the order of the schema whatever order the engine built them in,
 * so that two reports can be compared line by line.
 */
import { z } from 'zod'
import type { Report, Reporter } from '../../model/report.js'
import { jsonText } from '../json-text.js'
import { reportSchema } from '../report-schema.js'

/** The value with its keys in the order of the schema; keys that the schema does not know follow in their own order. */
function ordered(value: unknown, schema: unknown): unknown {
  if (schema instanceof z.ZodOptional) return ordered(value, schema.unwrap())
  if (Array.isArray(value)) {
    const element = schema instanceof z.ZodArray ? schema.element : undefined
    return value.map((item) => ordered(item, element))
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value
  const shape = new Map(Object.entries(schema.shape))
  const own = new Map(Object.entries(value))
  const keys = [...[...shape.keys()].filter((key) => own.has(key)), ...[...own.keys()].filter((key) => !shape.has(key))]
  return Object.fromEntries(keys.map((key) => [key, ordered(own.get(key), shape.get(key))]))
}

export const jsonReporter: Reporter = {
  id: 'json',
  extension: 'json',
  render: (report: Report) => jsonText(ordered(report, reportSchema)),
}
