/** The comparison with a baseline as a zod schema, part of the report's. `faultline diff --format json` prints it alone. */
import { z } from 'zod'
import type { ComparedFinding, Comparison, LostAudit } from '../model/comparison.js'
import { place } from './place-schema.js'

const text = z.string()
const severity = z.enum(['critical', 'warning', 'note'])
const outcomes = ['pass', 'fail', 'not-evaluable', 'not-applicable', 'error'] as const

const comparedFinding = z
  .strictObject({
    state: z
      .enum(['new', 'worse', 'no-longer-evaluable', 'known', 'fixed'])
      .describe('`no-longer-evaluable`: gone, and so is the evidence that could show it. That is not fixed.'),
    audit: text,
    fingerprint: text,
    severity: severity.describe('Of the baseline where the finding is gone.'),
    severityBefore: severity.optional().describe('Only where it is another one now.'),
    message: text,
    where: place,
    waived: z.boolean().describe('No gate counts it.'),
    reason: text.describe('Why it cannot be judged any more, or why it counts as new; may be empty.'),
  })
  .meta({ id: 'ComparedFinding' }) satisfies z.ZodType<ComparedFinding>

const lostAudit = z
  .strictObject({
    id: text,
    before: z.enum(outcomes),
    after: z.enum([...outcomes, 'absent']),
    reason: text,
  })
  .meta({ id: 'LostAudit' }) satisfies z.ZodType<LostAudit>

export const comparisonSchema = z
  .strictObject({
    baseline: z.strictObject({
      source: text.describe('As the user named it.'),
      version: text.describe('Of the Faultline that wrote it.'),
      window: z.strictObject({ start: text, end: text }),
      spans: z.number().int().nonnegative(),
    }),
    findings: z.array(comparedFinding).describe('By state, then severity, then audit.'),
    lostAudits: z.array(lostAudit).describe('Gave a verdict in the baseline, and give none now.'),
  })
  .meta({ id: 'Comparison' }) satisfies z.ZodType<Comparison>
