/** The place of a finding as a zod schema: a report and a comparison publish the same one. */
import { z } from 'zod'
import type { Place } from '../model/finding.js'

const text = z.string()

export const place = z
  .strictObject({
    service: text.optional(),
    peer: text.optional().describe('The other side of a call.'),
    operation: text.optional().describe('Templated: no ids in it.'),
    store: text.optional().describe('`system://host:port/namespace`'),
    table: text.optional(),
    keyPattern: text.optional(),
    destination: text.optional().describe('`system://host/name`'),
    requirement: text.optional().describe('Key of a requirement in the charter.'),
    decision: text.optional().describe('Key of a decision in the charter.'),
    path: z.array(text).optional().describe('In the order in which a request passes them.'),
  })
  .meta({ id: 'Place', description: 'Stable names only: no numbers, no times.' }) satisfies z.ZodType<Place>
