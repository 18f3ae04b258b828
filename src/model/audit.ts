/**
 * The shape of an audit: one file, its words, its limits, its examples and one pure function.
 * An audit never throws for missing evidence: it states what it needs in `evidence`, and the auditor turns that into an outcome.
 */
import type { FindingDraft } from './finding.js'
import type { Unit } from './units.js'

export type FamilyId = 'requirements' | 'caching' | 'services' | 'data' | 'messaging' | 'visibility'

export type Outcome = 'pass' | 'fail' | 'not-evaluable' | 'not-applicable' | 'error'

/** A threshold that a charter may change. `source` names where the default comes from ("Sentry", "house", …). */
export interface Limit {
  default: number
  unit: Unit
  why: string
  source: string
}

/** What there was to look at. `samples` under `least` makes the outcome `not-evaluable` with `advice` as its remedy. */
export interface Evidence {
  /** False: the system has no such part (no queue, no database). `reason` says so in one sentence. */
  applicable: boolean
  reason?: string
  /** How many observations the audit can judge. */
  samples: number
  /** The fewest that allow a verdict. */
  least: number
  /** What is counted, in the plural: "calls between services". */
  of: string
  /** Which evidence or instrumentation would answer, in one sentence. */
  advice: string
  /** Places that could not be judged although others could ("orders: no db.namespace"); printed beside the outcome. */
  blind?: string[]
}

/** Rows of one relation in an example; columns left out are blank (0, '', []). */
export type ExampleRows<Rows> = {
  [Relation in keyof Rows]?: Rows[Relation] extends (infer Row)[] ? Partial<Row>[] : never
}

export interface Example<Rows> {
  name: string
  rows: ExampleRows<Rows>
  /** For `fires`: the severities expected, in order; defaults to one finding of any severity. */
  severities?: FindingDraft['severity'][]
  /** Limits changed from their defaults, as a charter would. */
  limits?: Record<string, number>
}

/**
 * `Rows` is the slice of the survey that the audit needs: `Pick<SurveyRows, 'calls'>`.
 * `limits` keys are what `audit` gets as `limit` (numbers, charter applied).
 */
export interface Audit<Rows = unknown, Limits extends Record<string, Limit> = Record<string, Limit>> {
  id: string
  family: FamilyId
  /** What holds when the audit passes: "Calls between services are few per request". */
  title: string
  /** What holds when it fails: "A service calls another too often for one request". */
  failureTitle: string
  /** The exact definition, one or two sentences. */
  definition: string
  /** What it costs at 3 AM, and why the limit is where it is. */
  why: string
  /** How to mend it: concrete steps. */
  fix: string
  /** How to check that it is mended. */
  verify: string
  needs: readonly (keyof Rows & string)[]
  limits: Limits
  references: readonly { title: string; url: string }[]
  examples: { fires: Example<Rows>[]; quiet: Example<Rows>[] }
  evidence(survey: Rows, limit: { [Key in keyof Limits]: number }): Evidence
  audit(survey: Rows, limit: { [Key in keyof Limits]: number }): FindingDraft[]
}

/** Any audit, with its rows' types forgotten: what lists of audits hold. */
export interface AnyAudit extends Omit<Audit, 'needs' | 'examples' | 'evidence' | 'audit'> {
  needs: readonly string[]
  examples: { fires: AnyExample[]; quiet: AnyExample[] }
  evidence(survey: never, limit: never): Evidence
  audit(survey: never, limit: never): FindingDraft[]
}

export interface AnyExample extends Omit<Example<unknown>, 'rows'> {
  rows: Record<string, object[] | undefined>
}

/** Identity at run time; gives an audit file its types. */
export function defineAudit<Rows, const Limits extends Record<string, Limit>>(
  audit: Audit<Rows, Limits>,
): Audit<Rows, Limits> {
  return audit
}
