/**
 * A decision in force whose day has passed: it should have been looked at again, or was only meant to last until then.
 *
 *     checkout-apart (provisional until 2026-09-30) ──evidence of 2026-11-20──▶ still there
 *
 * Days are compared with `asOf` of the charter (--as-of, else the end of the evidence), never with the clock, so that reports repeat.
 * A decision holds on its day, as a waiver does. A waiver whose day has passed is a note: it hides nothing any more.
 */
import { defineAudit, type Limit } from '../../model/audit.js'
import type { CharterRows, DecisionRow, WaiverRow } from '../../model/charter.js'
import type { FindingDraft, Place } from '../../model/finding.js'
import { decisionsInForce } from './in-force.js'
import { toldName } from './told-names.js'

const dayMs = 86_400_000

const limits = {
  grace: {
    default: 0,
    unit: 'ms',
    why: 'The day was chosen by whoever decided; who needs more time writes a later one, and says why.',
    source: 'ADR practice',
  },
} satisfies Record<string, Limit>

type Needs = Pick<CharterRows, 'charter' | 'charterDecisions' | 'charterWaivers'>

/** Unix time in ms; undefined for what is no date. */
function dayOf(date: string): number | undefined {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(date) : NaN
  return Number.isNaN(time) ? undefined : time
}

interface Deadline {
  words: string
  date: string
}

function deadlinesOf({ provisionalUntil, reviewBy }: DecisionRow): Deadline[] {
  return [
    { words: 'was provisional until', date: provisionalUntil },
    { words: 'was to be reviewed by', date: reviewBy },
  ].filter(({ date }) => dayOf(date) !== undefined)
}

function days(ms: number): string {
  const count = Math.round(ms / dayMs)
  return count === 1 ? '1 day' : `${count} days`
}

/** The parts that the waiver names; `decision` keeps it apart from the places of the findings that it was for. */
function placeOf({ audit, where }: WaiverRow): Place {
  const place: Place = { decision: `waiver of ${audit}` }
  for (const { part, pattern } of where) {
    if (part === 'path') place.path = [pattern]
    else if (
      part === 'service' ||
      part === 'peer' ||
      part === 'operation' ||
      part === 'store' ||
      part === 'table' ||
      part === 'keyPattern' ||
      part === 'destination'
    ) {
      place[part] = pattern
    }
  }
  return place
}

export const expiredDecision = defineAudit<Needs, typeof limits>({
  id: 'expired-decision',
  family: 'requirements',
  title: 'Each decision is looked at again in time',
  failureTitle: 'The day of a decision has passed',
  definition:
    'An accepted or provisional decision has a `reviewBy` or `provisionalUntil` before the date of the audit (--as-of, else the end of the evidence); or a waiver has an `until` before it, which is a note.',
  why: 'What was provisional becomes the architecture by nobody deciding so. A decision was right for the load and the team of its day; unless somebody looks again, the system keeps paying for reasons that went away.',
  fix: 'Look again: is the requirement still there, and does the decision still serve it? Then accept it with a new `reviewBy`, or set it to superseded and take out what it brought in. Delete a waiver whose day has passed, or renew it with a reason.',
  verify:
    'Audit again with the charter, with --as-of the day of the next review: the decision is not named before that day.',
  needs: ['charter', 'charterDecisions', 'charterWaivers'],
  limits,
  references: [
    {
      title: 'AWS Prescriptive Guidance: the process of decision records',
      url: 'https://docs.aws.amazon.com/prescriptive-guidance/latest/architectural-decision-records/adr-process.html',
    },
    { title: 'Architectural decision records', url: 'https://adr.github.io/' },
  ],
  examples: {
    fires: [
      {
        name: 'provisional until yesterday',
        rows: {
          charter: [{ system: 'bookshop', asOf: '2026-10-01' }],
          charterDecisions: [
            {
              decision: 'checkout-apart',
              status: 'provisional',
              provisionalUntil: '2026-09-30',
              reviewBy: '2027-01-31',
            },
          ],
        },
        severities: ['warning'],
      },
      {
        name: 'not reviewed, and a waiver that ended',
        rows: {
          charter: [{ system: 'bookshop', asOf: '2026-10-01' }],
          charterDecisions: [{ decision: 'cache-prices', reviewBy: '2025-12-31' }],
          charterWaivers: [
            {
              audit: 'shared-database',
              where: [{ part: 'store', pattern: 'postgresql://pg-main/shop' }],
              until: '2026-09-30',
            },
          ],
        },
        severities: ['warning', 'note'],
      },
    ],
    quiet: [
      {
        name: 'both hold on their day',
        rows: {
          charter: [{ system: 'bookshop', asOf: '2026-09-30' }],
          charterDecisions: [{ decision: 'checkout-apart', status: 'provisional', provisionalUntil: '2026-09-30' }],
          charterWaivers: [{ audit: 'shared-database', until: '2026-09-30' }],
        },
      },
      {
        name: 'given up before its day',
        rows: {
          charter: [{ system: 'bookshop', asOf: '2026-10-01' }],
          charterDecisions: [
            { decision: 'cache-prices', status: 'superseded', reviewBy: '2025-12-31' },
            { decision: 'split-stock', reviewBy: '2027-01-31' },
          ],
        },
      },
      {
        name: 'within a grace of two weeks',
        rows: {
          charter: [{ system: 'bookshop', asOf: '2026-10-01' }],
          charterDecisions: [{ decision: 'cache-prices', reviewBy: '2026-09-17' }],
        },
        limits: { grace: 14 * dayMs },
      },
    ],
  },
  evidence: ({ charter, charterDecisions, charterWaivers }) => {
    const dated =
      decisionsInForce(charterDecisions).filter((row) => deadlinesOf(row).length > 0).length +
      charterWaivers.filter((row) => dayOf(row.until) !== undefined).length
    const [given] = charter
    return {
      applicable: !given || dated > 0,
      reason: 'No decision in force and no waiver has a date.',
      samples: given && dayOf(given.asOf) !== undefined ? dated : 0,
      least: 1,
      of: 'decisions and waivers with a date',
      advice: given
        ? 'Say with --as-of which day the charter is compared with.'
        : 'Write a charter (faultline init EVIDENCE) and give its decisions a `reviewBy`.',
    }
  },
  audit: ({ charter, charterDecisions, charterWaivers }, limit) => {
    const asOf = charter[0]?.asOf ?? ''
    const today = dayOf(asOf) ?? 0
    const late = (date: string) => today - (dayOf(date) ?? today)
    const findings: FindingDraft[] = []
    const add = (severity: FindingDraft['severity'], where: Place, overdueMs: number, message: string): void => {
      findings.push({
        severity,
        message,
        where,
        measured: { value: overdueMs, unit: 'ms' },
        limit: { value: limit.grace, unit: 'ms' },
        proof: { traceIds: [], spanIds: [], samples: 1 },
      })
    }
    for (const row of decisionsInForce(charterDecisions)) {
      const passed = deadlinesOf(row).filter(({ date }) => late(date) > limit.grace)
      if (passed.length === 0) continue
      const overdue = Math.max(...passed.map(({ date }) => late(date)))
      const told = passed.map(({ words, date }) => `${words} ${date}`).join(' and ')
      const message = `The decision ${toldName(row.decision)} ${told}, and is still ${row.status} on ${asOf}, ${days(overdue)} later.`
      add('warning', { decision: row.decision }, overdue, message)
    }
    for (const row of charterWaivers) {
      const overdue = late(row.until)
      if (overdue <= limit.grace) continue
      const message = `A waiver of ${toldName(row.audit)} ended on ${row.until}, ${days(overdue)} before ${asOf}: it waives nothing any more.`
      add('note', placeOf(row), overdue, message)
    }
    return findings
  },
})
