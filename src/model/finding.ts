/** What an audit finds: a place, what was measured there, the limit it broke, and the traces that prove it. */
import type { Quantity } from './units.js'

export type Severity = 'critical' | 'warning' | 'note'

/** Severities from worst to mildest: the order in which findings are ranked and gates compare. */
export const severities: readonly Severity[] = ['critical', 'warning', 'note']

/** Where a fault lies. Only stable names: no numbers, no times, so that a fingerprint made of it survives the next run. */
export interface Place {
  service?: string
  /** The other side of a call: a service, or an external node named by its address. */
  peer?: string
  /** A templated operation: `GET /orders/{id}`, `shop.Stock/Reserve`, `SELECT orders`. */
  operation?: string
  /** `system://host:port/namespace`. */
  store?: string
  table?: string
  keyPattern?: string
  /** `system://host/name`. */
  destination?: string
  /** Services (or destinations) in the order in which a request passes them. */
  path?: string[]
  /** Key of a requirement in the charter. */
  requirement?: string
  /** Key of a decision in the charter. */
  decision?: string
}

/** Evidence of one finding that a reader can look up: at most ten traces, and fifty spans of the first. */
export interface Proof {
  traceIds: string[]
  /** The offending spans in the first trace of `traceIds`, for marking them in its waterfall; may be empty. */
  spanIds: string[]
  /** How many observations (calls, requests, spans…) stand behind the finding. */
  samples: number
}

/** A mend that can be used as it is: a policy, a command, a table. */
export interface Prescription {
  /** What it does: "A policy that gives the queue a dead-letter exchange". */
  title: string
  language: 'sh' | 'json' | 'yaml' | 'sql' | 'markdown' | 'text'
  /** May have many lines. Names of the evidence in it are quoted as `language` asks for; reporters escape it for their own format. */
  text: string
}

/** What an audit returns; the auditor adds the fingerprint. */
export interface FindingDraft {
  severity: Severity
  /** One sentence with the figures, as an engineer would say it. */
  message: string
  where: Place
  measured: Quantity
  limit: Quantity
  /** What the fault costs, per second of traffic or per request. */
  cost?: Quantity
  /** Share of root requests that are touched, 0…1. */
  share?: number
  prescription?: Prescription
  proof: Proof
}

export interface Finding extends FindingDraft {
  /** Hash of audit id and place: the same place has the same fingerprint in every run. */
  fingerprint: string
  /** Set when the charter waives it: shown with its reason, and no gate counts it. `until` is an ISO date, blank for no end. */
  waived?: { because: string; until: string }
}
