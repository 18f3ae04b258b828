/** A system with one fault built in, and the audits that must speak of it. One file a fault in this folder, named after the audit. */
import type { SketchSpan } from '../sketch.js'

export interface Planted {
  /** Id of the audit that must fire, and nothing else at warning or above. */
  audit: string
  /** What is wrong in it, in one sentence. */
  fault: string
  /** At least as many traces as the audits need: a healthy system but for the fault. */
  spans(): readonly SketchSpan[]
  /** Text of the charter that the audit needs. */
  charter?: string
  /** `charter`: the fault is one of the charter alone, so no trace can prove it. */
  proof?: 'traces' | 'charter'
}
