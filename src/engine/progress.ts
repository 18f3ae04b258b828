/**
 * What a run tells while it works: facts about parts done, no words and no drawing.
 * Events may come many times a second and nobody may be listening; a listener that is slow slows the run.
 */

/** The stages of a run in the order in which they happen. */
export const stages = ['import', 'normalise', 'survey', 'audits', 'report'] as const
export type Stage = (typeof stages)[number]

export type ProgressEvent =
  /** `parts`: how many sources, relations or audits the stage goes through, where that is known. */
  | { kind: 'stage-start'; stage: Stage; parts?: number }
  | { kind: 'stage-done'; stage: Stage; durationMs: number }
  /** `source` is as the user named it: hostile text. `totalBytes` is 0 when unknown (stdin). */
  | { kind: 'source-start'; source: string; totalBytes: number }
  /** Counts since the start of this source, not since the last event. */
  | { kind: 'source-progress'; source: string; rows: number; bytes: number; totalBytes: number }
  | { kind: 'source-done'; source: string; rows: number; durationMs: number }
  /** What queries of a server have read since the run began. */
  | { kind: 'store-progress'; rows: number; bytes: number }
  | { kind: 'relation-done'; relation: string; rows: number; durationMs: number }

export interface Progress {
  emit(event: ProgressEvent): void
}

/** For callers that do not want to know. */
export const silent: Progress = { emit: () => undefined }
