/** The units of the report as a zod schema; the compiler refuses it when it and model/units.ts part. */
import { z } from 'zod'
import type { Unit } from '../model/units.js'

export const unit: z.ZodType<Unit> = z
  .enum([
    'ms',
    'bytes',
    'ratio',
    'count',
    'calls/request',
    'attempts',
    'hops',
    'services',
    'spans',
    'names',
    'traces',
    'ms/request',
    'calls/s',
    'ms/s',
    'bytes/s',
  ])
  .meta({ id: 'Unit', description: 'A ratio is 0…1.' })
