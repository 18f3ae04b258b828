/**
 * The one object reporters know. Everything volatile (dates, durations, machine) lives in `run`:
 * two runs on the same evidence are byte-identical but for that key.
 */
import type { CacheCard } from './cache-card.js'
import type { FamilyId, Outcome } from './audit.js'
import type { Comparator, DecisionLink, DecisionRow, RequirementMetric, RequirementRow } from './charter.js'
import type { Comparison } from './comparison.js'
import type { Finding } from './finding.js'
import type { MessagingReport } from './messaging-report.js'
import type { RowKind } from './importer.js'
import type { Unit } from './units.js'

export interface LossCount {
  /** Id of an entry in importers/losses.ts. */
  id: string
  count: number
  /** What the loss means and how to avoid it. */
  advice: string
}

/** One file, folder entry, stream or server that was read. */
export interface EvidenceReport {
  /** As the user named it (relative path, `-`, or a URL with its secrets redacted). */
  source: string
  /** Importer id: `otlp-json`, `jaeger`, … */
  importer: string
  /** Rows by what they are; kinds that the source does not give are left out. */
  rows: { spans: number } & { [Kind in Exclude<RowKind, 'spans'>]?: number }
  losses: LossCount[]
  /** Which part of a server's table was looked at; absent for what was read whole. */
  selection?: EvidenceSelection
}

export interface EvidenceSelection {
  /** ISO 8601, UTC; from inclusive, to exclusive. */
  from: string
  to: string
  /** Only traces that one of these took part in; empty: all. */
  services: string[]
  /** One trace in so many; 1: all. */
  sample: number
  /** When days were put together from what was kept of them. */
  days?: {
    /** Days that were not read, for their aggregates were kept. */
    kept: number
    /** ISO dates that were read. */
    read: string[]
    /** Audits over the whole window; all others looked at the last day. */
    audits: string[]
  }
}

export interface ServiceNode {
  name: string
  spans: number
  /** SERVER and CONSUMER spans: how often it was asked to do something. */
  requests: number
  errors: number
  p50Ms: number
  p95Ms: number
  /** False: called, but gives off no spans of its own. */
  instrumented: boolean
}

export interface StoreNode {
  /** `system://host:port/namespace`. */
  id: string
  system: string
  spans: number
  services: string[]
}

export interface DestinationNode {
  /** `system://host/name`. */
  id: string
  system: string
  producers: string[]
  consumers: string[]
  messages: number
}

/** One arrow of the system map. `to` is a service name, a store id, a destination id or an external address. */
export interface CallEdge {
  from: string
  to: string
  toKind: 'service' | 'store' | 'destination' | 'external'
  /** A destination's arrow to its consumer has `fromKind: 'destination'`. */
  fromKind: 'service' | 'destination'
  mode: 'sync' | 'async'
  protocol: string
  calls: number
  errors: number
  p50Ms: number
  p95Ms: number
}

export interface SystemReport {
  /** ISO 8601, UTC; of the evidence, not of the run. Empty strings when there is none. */
  window: { start: string; end: string; seconds: number }
  spans: number
  traces: number
  services: ServiceNode[]
  stores: StoreNode[]
  destinations: DestinationNode[]
  /** Root operations, most frequent first. */
  requests: {
    service: string
    operation: string
    traces: number
    errors: number
    p50Ms: number
    p95Ms: number
    p99Ms: number
  }[]
  calls: CallEdge[]
}

export interface FamilyReport {
  id: FamilyId
  title: string
  /** 0…1, or null when nothing could be judged or an audit broke. Never 1 by silence. */
  score: number | null
  outcomes: Record<Outcome, number>
  /** Ids in the catalogue that this version does not look for yet. */
  notYetLooked: string[]
}

export interface AuditReport {
  id: string
  family: FamilyId
  title: string
  failureTitle: string
  definition: string
  why: string
  fix: string
  verify: string
  limits: { id: string; value: number; default: number; unit: Unit; source: string }[]
  references: { title: string; url: string }[]
  outcome: Outcome
  /** Why it is not-evaluable, not-applicable or error; what evidence would answer. */
  reason?: string
  /** On `pass`: effects rarer than this share are invisible at this sample size (3/n). */
  floor?: number
  samples: number
  of: string
  /** Places that could not be judged although others could. */
  blind: string[]
  findings: Finding[]
}

/** A span as drawn in a waterfall. Times are relative to the start of its trace. */
export interface ExhibitSpan {
  spanId: string
  parentSpanId: string
  service: string
  /** Templated operation. */
  operation: string
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  startMs: number
  durationMs: number
  error: boolean
  /** Statement with literals replaced, or empty. */
  statement: string
}

/** One proof trace, cut to what a reader needs; `omitted` counts spans that were left out. */
export interface Exhibit {
  traceId: string
  spans: ExhibitSpan[]
  omitted: number
}

/** A requirement with what answers it: the decisions that name it, and what the evidence says. */
export interface RequirementTrace {
  id: string
  /** What it is about, as written: `request POST /checkout`. */
  scope: string
  because: string
  status: RequirementRow['status']
  /** `file:line` of the charter, the ADR or the OpenSLO file. */
  origin: string
  targets: { metric: RequirementMetric; comparator: Comparator; value: number; unit: Unit }[]
  /** Ids of decisions that are still in force and name it. */
  decisions: string[]
  verdict: 'met' | 'missed' | 'unproven' | 'unmeasurable' | 'not-in-force'
  /** Fingerprints of the findings about it. */
  findings: string[]
}

/** A decision with the requirements it serves, and what the evidence says of its expectations. */
export interface DecisionTrace {
  id: string
  title: string
  kind: DecisionRow['kind']
  target: string
  status: DecisionRow['status']
  /** ISO date on which it was taken, or its record last changed; blank where nobody says. */
  date: string
  origin: string
  /** What it says of other decisions, or they say of it; `known` is false where there is none such. */
  links: Pick<DecisionLink, 'kind' | 'target' | 'known'>[]
  /** Requirements that it names and that exist. */
  because: string[]
  /** Names in `because` that no requirement has. */
  unknown: string[]
  /** Expectations as written. */
  expectations: string[]
  verdict: 'holds' | 'contradicted' | 'unproven' | 'untested' | 'not-in-force'
  findings: string[]
}

/** The charter beside the evidence: requirement → decisions → verdict, and the holes in both directions. */
export interface CharterReport {
  system: string
  files: string[]
  /** ISO date that the charter's dates were compared with. */
  asOf: string
  requirements: RequirementTrace[]
  decisions: DecisionTrace[]
  holes: {
    /** Requirements in force that no decision names. */
    requirementsWithoutDecision: string[]
    /** Decisions in force that name no requirement in force. */
    decisionsWithoutRequirement: string[]
    /** Fingerprints of components that run and that nobody decided or declared. */
    undeclared: string[]
  }
  /** What was read and could not be used. */
  remarks: { origin: string; message: string }[]
}

export interface Report {
  schemaVersion: 1
  tool: { name: 'faultline'; version: string }
  run: { startedAt: string; durationMs: number; node: string; engine: string; arguments: string[] }
  evidence: EvidenceReport[]
  system: SystemReport
  families: FamilyReport[]
  audits: AuditReport[]
  /** Traces that prove findings, one per finding at most, each once. */
  exhibits: Exhibit[]
  /** Only when messages were seen. */
  messaging?: MessagingReport
  /** Only when caches are in the evidence: a card for each pattern of keys, the busiest first. */
  caches?: CacheCard[]
  /** Only when a charter was given. */
  charter?: CharterReport
  /** Only when a baseline was given. */
  comparison?: Comparison
}

/** `(report, options) => string`; everything else about output is the caller's. */
export interface ReporterOptions {
  /** Terminal width in columns; 80 when unknown. */
  columns: number
  colour: boolean
}
export interface Reporter {
  id: 'terminal' | 'json' | 'html' | 'markdown' | 'sarif' | 'github'
  /** File ending that selects it with `-o`, without the dot: `html`, `sarif`. */
  extension: string
  render(report: Report, options: ReporterOptions): string
}
