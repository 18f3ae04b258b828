/**
 * The Report as a zod schema, from which docs/report.schema.json is made. The types of model/report.ts are the source:
 * the compiler refuses this file when the two part. Consumers see nothing but the JSON Schema.
 */
import { z } from 'zod'
import type { Finding, Proof } from '../model/finding.js'
import type {
  AuditReport,
  CallEdge,
  DestinationNode,
  EvidenceReport,
  Exhibit,
  ExhibitSpan,
  FamilyReport,
  Report,
  ServiceNode,
  StoreNode,
  SystemReport,
} from '../model/report.js'
import type { Quantity } from '../model/units.js'
import { cacheCardSchema } from './cache-report-schema.js'
import { charterSchema } from './charter-report-schema.js'
import { comparisonSchema } from './comparison-schema.js'
import { messagingSchema } from './messaging-schema.js'
import { place } from './place-schema.js'
import { unit } from './unit-schema.js'

const count = z.number().int().nonnegative()
const ratio = z.number().min(0).max(1)
const milliseconds = z.number().nonnegative()
const text = z.string()
const family = z.enum(['requirements', 'caching', 'services', 'data', 'messaging', 'visibility'])
const outcome = z.enum(['pass', 'fail', 'not-evaluable', 'not-applicable', 'error'])

const quantity = z.strictObject({ value: z.number(), unit }).meta({ id: 'Quantity' }) satisfies z.ZodType<Quantity>

const proof = z
  .strictObject({
    traceIds: z.array(text).max(10),
    spanIds: z.array(text).max(50).describe('Offending spans in the first trace.'),
    samples: count.describe('Observations behind the finding.'),
  })
  .meta({ id: 'Proof' }) satisfies z.ZodType<Proof>

const finding = z
  .strictObject({
    fingerprint: text.describe('The same place has the same fingerprint in every run.'),
    severity: z.enum(['critical', 'warning', 'note']),
    message: text,
    where: place,
    measured: quantity,
    limit: quantity,
    cost: quantity.optional(),
    share: ratio.optional().describe('Share of root requests that are touched.'),
    prescription: z
      .strictObject({
        title: text,
        language: z.enum(['sh', 'json', 'yaml', 'sql', 'markdown', 'text']),
        text: text.describe('Holds names of the evidence: read it before you run it.'),
      })
      .optional()
      .describe('A mend that can be used as it is.'),
    proof,
    waived: z
      .strictObject({ because: text, until: text.describe('ISO date; empty for a waiver without an end.') })
      .optional()
      .describe('Set when the charter waives it: no gate counts it.'),
  })
  .meta({ id: 'Finding' }) satisfies z.ZodType<Finding>

const audit = z
  .strictObject({
    id: text,
    family,
    outcome,
    reason: text.optional().describe('Why there is no verdict, and what evidence would give one.'),
    floor: ratio.optional().describe('On pass: effects rarer than this share would not have been seen.'),
    samples: count,
    of: text.describe('What the samples are, in the plural.'),
    blind: z.array(text).describe('Places that could not be judged although others could.'),
    findings: z.array(finding),
    title: text,
    failureTitle: text,
    definition: text,
    why: text,
    fix: text,
    verify: text,
    limits: z.array(z.strictObject({ id: text, value: z.number(), default: z.number(), unit, source: text })),
    references: z.array(z.strictObject({ title: text, url: text })),
  })
  .meta({ id: 'Audit' }) satisfies z.ZodType<AuditReport>

const evidence = z
  .strictObject({
    source: text.describe('As the user named it.'),
    importer: text,
    rows: z.strictObject({
      spans: count,
      commands: count.optional().describe('Commands of a cache, one a key.'),
      keys: count.optional().describe('Sampled keys of a cache.'),
      servers: count.optional().describe('Observations of a cache and its databases.'),
      queues: count.optional().describe('Observations of queues, streams, consumers and bindings.'),
      contracts: count.optional().describe('Operations that a contract promises.'),
    }),
    losses: z.array(z.strictObject({ id: text, count, advice: text })),
    selection: z
      .strictObject({
        from: text.describe('ISO 8601 in UTC, inclusive.'),
        to: text.describe('Exclusive.'),
        services: z.array(text).describe('Only traces that one of these took part in; empty: all.'),
        sample: z.int().positive().describe('One trace in so many, by the hash of its id; 1: all.'),
        days: z
          .strictObject({
            kept: count.describe('Days that were not read, for their aggregates were kept.'),
            read: z.array(text).describe('ISO dates that were read.'),
            audits: z.array(text).describe('Audits over the whole window; all others looked at the last day.'),
          })
          .optional(),
      })
      .optional()
      .describe("Which part of a server's table was looked at."),
  })
  .meta({ id: 'Evidence' }) satisfies z.ZodType<EvidenceReport>

const service = z
  .strictObject({
    name: text,
    spans: count,
    requests: count.describe('SERVER and CONSUMER spans.'),
    errors: count,
    p50Ms: milliseconds,
    p95Ms: milliseconds,
    instrumented: z.boolean().describe('False: called, but gives off no spans of its own.'),
  })
  .meta({ id: 'Service' }) satisfies z.ZodType<ServiceNode>

const store = z
  .strictObject({ id: text, system: text, spans: count, services: z.array(text) })
  .meta({ id: 'Store' }) satisfies z.ZodType<StoreNode>

const destination = z
  .strictObject({ id: text, system: text, producers: z.array(text), consumers: z.array(text), messages: count })
  .meta({ id: 'Destination' }) satisfies z.ZodType<DestinationNode>

const call = z
  .strictObject({
    from: text,
    fromKind: z.enum(['service', 'destination']),
    to: text,
    toKind: z.enum(['service', 'store', 'destination', 'external']),
    mode: z.enum(['sync', 'async']),
    protocol: text,
    calls: count,
    errors: count,
    p50Ms: milliseconds,
    p95Ms: milliseconds,
  })
  .meta({ id: 'Call' }) satisfies z.ZodType<CallEdge>

const system = z
  .strictObject({
    window: z
      .strictObject({ start: text, end: text, seconds: z.number().nonnegative() })
      .describe('Of the evidence, ISO 8601 in UTC; empty when there is none.'),
    spans: count,
    traces: count,
    services: z.array(service),
    stores: z.array(store),
    destinations: z.array(destination),
    requests: z
      .array(
        z.strictObject({
          service: text,
          operation: text,
          traces: count,
          errors: count,
          p50Ms: milliseconds,
          p95Ms: milliseconds,
          p99Ms: milliseconds,
        }),
      )
      .describe('Root operations, most frequent first.'),
    calls: z.array(call),
  })
  .meta({ id: 'System' }) satisfies z.ZodType<SystemReport>

const familyReport = z
  .strictObject({
    id: family,
    title: text,
    score: ratio.nullable().describe('Null when nothing could be judged or an audit broke.'),
    outcomes: z.strictObject({
      pass: count,
      fail: count,
      'not-evaluable': count,
      'not-applicable': count,
      error: count,
    }),
    notYetLooked: z.array(text).describe('Ids of the catalogue that this version does not look for.'),
  })
  .meta({ id: 'Family' }) satisfies z.ZodType<FamilyReport>

const exhibitSpan = z
  .strictObject({
    spanId: text,
    parentSpanId: text,
    service: text,
    operation: text,
    kind: z.enum(['server', 'client', 'producer', 'consumer', 'internal']),
    startMs: z.number().describe('Since the start of the trace; below 0 where clocks disagree.'),
    durationMs: milliseconds,
    error: z.boolean(),
    statement: text,
  })
  .meta({ id: 'ExhibitSpan' }) satisfies z.ZodType<ExhibitSpan>

const exhibit = z
  .strictObject({ traceId: text, omitted: count, spans: z.array(exhibitSpan) })
  .meta({ id: 'Exhibit' }) satisfies z.ZodType<Exhibit>

export const reportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    tool: z.strictObject({ name: z.literal('faultline'), version: text }),
    run: z
      .strictObject({
        startedAt: text,
        durationMs: milliseconds,
        node: text,
        engine: text,
        arguments: z.array(text),
      })
      .describe('All that may differ between two runs on the same evidence.'),
    evidence: z.array(evidence),
    system,
    families: z.array(familyReport),
    audits: z.array(audit),
    exhibits: z.array(exhibit).describe('Traces that prove findings.'),
    messaging: messagingSchema.optional().describe('Only when messages were seen.'),
    caches: z
      .array(cacheCardSchema)
      .optional()
      .describe('Only when caches are in the evidence: the busiest patterns first.'),
    charter: charterSchema.optional().describe('Only when a charter was given.'),
    comparison: comparisonSchema.optional().describe('Only when a baseline was given.'),
  })
  .meta({ title: 'Faultline report' }) satisfies z.ZodType<Report>

/** The published JSON Schema (2020-12), as in docs/report.schema.json. */
export function reportJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { target: 'draft-2020-12' })
}
