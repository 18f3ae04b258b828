/**
 * Where spans lie in the JSON of each format, for the splitter and for its resynchronisation.
 * A plan lists keys, not paths: documents, arrays of documents and lines of them all have the same plan.
 */

/** An object whose other members belong to every span inside it: a resource, a scope, a trace with its processes. */
export interface SplitLevel {
  /** Keys whose array holds the objects of the next level (spans, after the last level). */
  arrays: readonly string[]
  /** Keys by which such an object is known when reading starts again after garbage. */
  marks: readonly string[]
}

export interface SplitPlan {
  /** Keys that lead to the first level and mean nothing themselves: `resourceSpans`, `data`. */
  through: readonly string[]
  levels: readonly SplitLevel[]
  /** Keys by which a span is known. */
  spanMarks: readonly string[]
}

export interface SplitReport {
  /** Spans that were written; without validation, an owner that was passed on whole counts as one. */
  elements: number
  /** Places that could not be read, each skipped up to the next thing that could. */
  badRows: number
  /** The file ended inside a document; everything before the cut was written. */
  truncated: boolean
}

export interface SplitOptions {
  /**
   * Parse each span before it is written (default). Without it, only brackets are known to pair, owners of ordinary size are passed on
   * whole, and reading is several times as fast.
   */
  validate?: boolean
  /** Rough size of a line, which carries the spans of one owner. */
  lineBytes?: number
}

export const otlpPlan: SplitPlan = {
  through: ['resourceSpans', 'batches', 'trace'],
  levels: [
    { arrays: ['scopeSpans', 'instrumentationLibrarySpans'], marks: ['resource'] },
    { arrays: ['spans'], marks: ['scope', 'instrumentationLibrary'] },
  ],
  spanMarks: ['spanId'],
}

export const jaegerPlan: SplitPlan = {
  through: ['data'],
  levels: [{ arrays: ['spans'], marks: ['processes'] }],
  spanMarks: ['spanID'],
}

export const zipkinPlan: SplitPlan = { through: [], levels: [], spanMarks: ['traceId', 'id'] }
