/** The charter's part of the Report as a zod schema; the types of model/report.ts are the source. */
import { z } from 'zod'
import type { CharterReport, DecisionTrace, RequirementTrace } from '../model/report.js'
import { unit } from './unit-schema.js'

const text = z.string()
const origin = text.describe('file:line where it is written.')

const requirementTrace = z
  .strictObject({
    id: text,
    scope: text,
    because: text,
    status: z.enum(['proposed', 'accepted', 'retired']),
    origin,
    targets: z.array(
      z.strictObject({
        metric: z.enum([
          'p50',
          'p95',
          'p99',
          'errors',
          'rate',
          'hops',
          'callsPerRequest',
          'staleness',
          'hitRatio',
          'ordered',
        ]),
        comparator: z.enum(['<', '<=', '>', '>=']),
        value: z.number(),
        unit,
      }),
    ),
    decisions: z.array(text).describe('Decisions in force that name it.'),
    verdict: z.enum(['met', 'missed', 'unproven', 'unmeasurable', 'not-in-force']),
    findings: z.array(text).describe('Fingerprints.'),
  })
  .meta({ id: 'RequirementTrace' }) satisfies z.ZodType<RequirementTrace>

const decisionTrace = z
  .strictObject({
    id: text,
    title: text,
    kind: z.enum(['cache', 'split', 'merge', 'store', 'queue', 'sync', 'async', 'other']),
    target: text,
    status: z.enum(['proposed', 'provisional', 'accepted', 'superseded', 'rejected']),
    date: text.describe('ISO date on which it was taken; blank where nobody says.'),
    origin,
    links: z.array(
      z.strictObject({
        kind: z.enum([
          'supersedes',
          'superseded-by',
          'amends',
          'amended-by',
          'clarifies',
          'clarified-by',
          'relates-to',
        ]),
        target: text.describe('The other decision.'),
        known: z.boolean().describe('Whether there is such a decision.'),
      }),
    ),
    because: z.array(text).describe('Requirements that it names and that exist.'),
    unknown: z.array(text).describe('Names in `because` that no requirement has.'),
    expectations: z.array(text).describe('As written.'),
    verdict: z.enum(['holds', 'contradicted', 'unproven', 'untested', 'not-in-force']),
    findings: z.array(text).describe('Fingerprints.'),
  })
  .meta({ id: 'DecisionTrace' }) satisfies z.ZodType<DecisionTrace>

export const charterSchema = z
  .strictObject({
    system: text,
    files: z.array(text),
    asOf: text.describe('ISO date that the charter’s dates were compared with.'),
    requirements: z.array(requirementTrace),
    decisions: z.array(decisionTrace),
    holes: z.strictObject({
      requirementsWithoutDecision: z.array(text),
      decisionsWithoutRequirement: z.array(text),
      undeclared: z.array(text).describe('Fingerprints of components that nobody decided or declared.'),
    }),
    remarks: z.array(z.strictObject({ origin, message: text })),
  })
  .meta({ id: 'Charter' }) satisfies z.ZodType<CharterReport>
