/** A system with one fault built in, and the audits that must speak of it. One file a fault in this folder, named after the audit. */
import type { EvidenceTable } from '../../src/model/importer.js'
import type { SketchSpan } from '../sketch.js'

/** Rows by table of evidence; columns left out have their defaults. */
export type EvidenceRows = { readonly [Table in Exclude<EvidenceTable, 'otel_traces'>]?: readonly object[] }

export interface Planted {
  /** Id of the audit that must fire, and nothing else at warning or above. */
  audit: string
  /** What is wrong in it, in one sentence. */
  fault: string
  /** At least as many traces as the audits need: a healthy system but for the fault. */
  spans(): readonly SketchSpan[]
  /** Rows of other evidence beside the spans, by table: what a capture, a server or a broker tells. */
  evidence?(): EvidenceRows
  /** Text of the charter that the audit needs. */
  charter?: string
  /** `charter` and `server`: the fault is one of the charter, or of what a server says, alone, so no trace can prove it. */
  proof?: 'traces' | 'charter' | 'server'
}
