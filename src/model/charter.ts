/**
 * The charter as flat rows, so that an audit reads what was declared the way it reads what was seen.
 * A column that was not stated is blank ('', 0, []), never missing; values are in base units (ms, ratios 0…1, bytes, per second).
 * Rows keep the order of the files, and each says where it was written.
 */
import type { Unit } from './units.js'

/** Where something was written: a path as the user would type it, and a line and column from 1; blank for what was not written. */
export interface Origin {
  file: string
  line: number
  column: number
}

export type RequirementMetric =
  'p50' | 'p95' | 'p99' | 'errors' | 'rate' | 'hops' | 'callsPerRequest' | 'staleness' | 'hitRatio' | 'ordered'

export type Comparator = '<' | '<=' | '>' | '>='

/** One target of one requirement: a requirement with two metrics has two rows, one without any has one row with a blank metric. */
export interface RequirementRow extends Origin {
  /** Key in `requirements`. */
  requirement: string
  /** What it is about; blank when it names no scope. */
  scopeKind: 'request' | 'data' | 'destination' | ''
  /** A glob of root operations (`POST /checkout`, `*`), a store or table pattern, or a glob of destinations. */
  scope: string
  /** Service of the request, where it is stated; a glob. */
  service: string
  metric: RequirementMetric | ''
  comparator: Comparator | ''
  /** In `unit`; `ordered` has 1. */
  value: number
  unit: Unit
  /** `by-key` or `by-partition` for `ordered`. */
  order: string
  /** Why it matters, in the words of whoever wrote it. */
  because: string
  /** `proposed` requirements were measured by `init` and await a human; they are never broken. */
  status: 'proposed' | 'accepted' | 'retired'
  /** `charter`, `openslo`. */
  practice: string
}

export type DecisionStatus = 'proposed' | 'provisional' | 'accepted' | 'superseded' | 'rejected'

export type DecisionLinkKind =
  'supersedes' | 'superseded-by' | 'amends' | 'amended-by' | 'clarifies' | 'clarified-by' | 'relates-to'

/** What one decision says of another, or is said of it by the other: each link of a direction has its reverse at the other end. */
export interface DecisionLink extends Origin {
  kind: DecisionLinkKind
  /** The other decision by its key or file name; as written where there is none such. */
  target: string
  /** Whether the other decision is there. */
  known: boolean
}

export interface DecisionRow extends Origin {
  /** Key in `decisions`, or the name of an ADR's file. */
  decision: string
  title: string
  kind: 'cache' | 'split' | 'merge' | 'store' | 'queue' | 'sync' | 'async' | 'other'
  /** Pattern of the component that it is about: a store, key pattern, destination, service or `a -> b`; blank for none. */
  target: string
  /** Requirements that it names. */
  because: string[]
  status: DecisionStatus
  /** ISO date of the decision, or of the last change of its record; or blank. */
  date: string
  /** ISO date or blank. */
  reviewBy: string
  /** ISO date or blank. */
  provisionalUntil: string
  /** Path of the ADR or blank. */
  adr: string
  links: DecisionLink[]
  /** `charter`, `adr`. */
  practice: string
}

/** One thing that a decision expects of the running system. Exactly one of the three groups of columns is filled, by `kind`. */
export interface ExpectationRow extends Origin {
  decision: string
  kind: 'edge' | 'owner' | 'metric'
  /** The expectation as written, for messages. */
  text: string
  /** `edge`: caller and callee (services, stores or destinations; globs), and what is expected of the edge. */
  from: string
  to: string
  edge: 'forbidden' | 'required' | 'sync' | 'async' | ''
  /** `owner` and `metric`: the pattern they are about: the decision's target unless they name another. */
  place: string
  /** `owner`: the only service that may write there. */
  owner: string
  metric: RequirementMetric | ''
  comparator: Comparator | ''
  value: number
  unit: Unit
  /** `by-key` or `by-partition` for `ordered`. */
  order: string
}

export interface TeamRow extends Origin {
  team: string
  /** People; 0 when not stated. */
  size: number
  /** `charter`, `codeowners`, `backstage`. */
  practice: string
}

/** Which team owns a service; a service that two teams claim has two rows. */
export interface ServiceOwnerRow extends Origin {
  service: string
  team: string
  /** Only the name of a folder says that it is a service: audits get the row once a service of that name is declared or seen. */
  guess: boolean
  practice: string
}

/** Which service owns a store or table; `place` is a pattern. */
export interface DataOwnerRow extends Origin {
  place: string
  service: string
}

/** Something that the charter says exists. */
export interface ComponentRow extends Origin {
  kind: 'service' | 'store' | 'cache' | 'destination'
  /** Name of a service, or pattern of a store or destination. */
  place: string
  /** Kind of workload as declared for services (`worker`, `gateway`, …); blank when not stated. */
  workload: string
  /** Declared instances; 0 when not stated. */
  replicas: number
  /**
   * `decision` when it is only named as a decision's target, `catalogue` when a catalogue names it, which need not be by the name that
   * it runs under: such a part declares what is seen, and is not missed when it is not.
   */
  by: 'declaration' | 'decision' | 'owner' | 'catalogue'
}

export interface WaiverRow extends Origin {
  audit: string
  /** Parts of a finding's place that must match (globs); an empty list matches every finding of the audit. */
  where: { part: string; pattern: string }[]
  because: string
  /** ISO date, or blank for one without an end. */
  until: string
}

/** A limit that differs from its default, perhaps for some places only. */
export interface LimitRow extends Origin {
  audit: string
  limit: string
  value: number
  /** Globs; an empty list is every service. */
  services: string[]
  /** Globs of operations; an empty list is every operation. */
  operations: string[]
}

/** One row when a charter was given, none without one. */
export interface CharterRow extends Origin {
  system: string
  /** ISO date that dates of the charter are compared with: `--as-of`, else the end of the evidence. */
  asOf: string
}

/** What audits may need besides the relations of the survey. */
export interface CharterRows {
  charter: CharterRow[]
  charterRequirements: RequirementRow[]
  charterDecisions: DecisionRow[]
  charterExpectations: ExpectationRow[]
  charterTeams: TeamRow[]
  charterServiceOwners: ServiceOwnerRow[]
  charterDataOwners: DataOwnerRow[]
  charterComponents: ComponentRow[]
  charterWaivers: WaiverRow[]
}

/** A charter as loaded, before an engine knows the evidence's end. */
export interface Charter extends Omit<CharterRows, 'charter'> {
  system: string
  /** The charter's own files, the first one given first. */
  files: string[]
  /** Canonical host for each host that has another name; keys and values in lower case. */
  hosts: Record<string, string>
  limits: LimitRow[]
  /** What was read but could not be used, in a sentence with a remedy. */
  remarks: (Origin & { message: string })[]
}

const origin: Origin = { file: '', line: 0, column: 0 }

/** A row of each kind with every column blank. */
export const blankCharterRows: { readonly [Name in keyof CharterRows]: CharterRows[Name][number] } = {
  charter: { ...origin, system: '', asOf: '' },
  charterRequirements: {
    ...origin,
    requirement: '',
    scopeKind: '',
    scope: '',
    service: '',
    metric: '',
    comparator: '',
    value: 0,
    unit: 'count',
    order: '',
    because: '',
    status: 'accepted',
    practice: 'charter',
  },
  charterDecisions: {
    ...origin,
    decision: '',
    title: '',
    kind: 'other',
    target: '',
    because: [],
    status: 'accepted',
    date: '',
    reviewBy: '',
    provisionalUntil: '',
    adr: '',
    links: [],
    practice: 'charter',
  },
  charterExpectations: {
    ...origin,
    decision: '',
    kind: 'metric',
    text: '',
    from: '',
    to: '',
    edge: '',
    place: '',
    owner: '',
    metric: '',
    comparator: '',
    value: 0,
    unit: 'count',
    order: '',
  },
  charterTeams: { ...origin, team: '', size: 0, practice: 'charter' },
  charterServiceOwners: { ...origin, service: '', team: '', guess: false, practice: 'charter' },
  charterDataOwners: { ...origin, place: '', service: '' },
  charterComponents: { ...origin, kind: 'service', place: '', workload: '', replicas: 0, by: 'declaration' },
  charterWaivers: { ...origin, audit: '', where: [], because: '', until: '' },
}
