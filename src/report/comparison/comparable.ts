/**
 * What of a report is compared, as a schema. It passes over keys that it does not know, so that a baseline which a later or
 * an earlier version wrote is still one; what it names must be there and of the right kind.
 */
import { z } from 'zod'

const text = z.string()
const names = z.array(text)

const place = z.object({
  service: text.optional(),
  peer: text.optional(),
  operation: text.optional(),
  store: text.optional(),
  table: text.optional(),
  keyPattern: text.optional(),
  destination: text.optional(),
  path: names.optional(),
})

const finding = z.object({
  fingerprint: text.min(1),
  severity: z.enum(['critical', 'warning', 'note']),
  message: text,
  where: place,
  share: z.number().optional(),
  proof: z.object({ traceIds: names }),
  waived: z.object({ because: text, until: text }).optional(),
})

const audit = z.object({
  id: text,
  family: text,
  outcome: z.enum(['pass', 'fail', 'not-evaluable', 'not-applicable', 'error']),
  reason: text.optional(),
  floor: z.number().optional(),
  samples: z.number(),
  of: text,
  blind: names,
  findings: z.array(finding),
})

const system = z.object({
  window: z.object({ start: text, end: text }),
  spans: z.number(),
  traces: z.number(),
  services: z.array(z.object({ name: text, instrumented: z.boolean() })),
  stores: z.array(z.object({ id: text })),
  destinations: z.array(z.object({ id: text })),
  requests: z.array(z.object({ service: text, operation: text })),
  calls: z.array(z.object({ from: text, to: text })),
})

const exhibit = z.object({
  traceId: text,
  spans: z.array(z.object({ parentSpanId: text, service: text, operation: text })),
})

export const comparableSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal('faultline'), version: text }),
  system,
  audits: z.array(audit),
  exhibits: z.array(exhibit),
})

/** The keys of a report that are compared. Any Report is one: where the engine's is passed, the compiler sees to it. */
export type ComparableReport = z.infer<typeof comparableSchema>
export type ComparableAudit = ComparableReport['audits'][number]
export type ComparableFinding = ComparableAudit['findings'][number]
