/** What other programs may use: the audit as a function, its report, and the reporters. Everything else is the house's own. */
export { runAudit, type RunOptions } from './engine/run.js'
export type { Progress, ProgressEvent, Stage } from './engine/progress.js'
export type { LimitOverrides } from './engine/limits.js'
export { UnreadableEvidence } from './model/importer.js'
export { reporters } from './report/reporters/index.js'
export type * from './model/report.js'
export type * from './model/finding.js'
export type { Quantity, Unit } from './model/units.js'
