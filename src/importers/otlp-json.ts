/**
 * OTLP/JSON: one document, JSON lines (the Collector's file exporter), arrays of requests, and Tempo's `batches` and `{"trace": {…}}`.
 * The engine parses; nothing is decoded here. What is easily got wrong: a bad line or a cut end makes the engine refuse the whole
 * file, so the file is then taken apart into whole elements, and only those are handed to the engine again.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import {
  UnreadableEvidence,
  type Archive,
  type Importer,
  type OpenSource,
  type Sink,
  type Source,
} from '../model/importer.js'
import { nestedText } from './common/any-value.js'
import { keysOfHead } from './common/json-head.js'
import { Keeper, strictSettings } from './common/json-keep.js'
import { otlpShape } from './common/keep-shapes.js'
import { otlpPlan } from './common/json-plans.js'
import { fileMember, jointInsert } from './common/joint-spool.js'
import { splitToSpools, type Spool } from './common/json-spool.js'
import { isParseError, namesUnknownField } from './common/engine-error.js'
import { answer, likelyStructure, wholeStructure, type OtlpJsonStructure } from './common/otlp-json-structure.js'
import { otlpInsert, otlpSettings, type OtlpDialect } from './common/otlp-select.js'

const settings = {
  ...otlpSettings,
  input_format_skip_unknown_fields: 1,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
  input_format_json_read_objects_as_strings: 1,
}

/** The dialect of a file of OTLP/JSON requests, or of a spool, whose lines are single ResourceSpans. */
function dialectOf(
  path: string,
  holds: 'requests' | 'resource-spans',
  extra: Record<string, string | number> = {},
  { members, requests, nested, older }: OtlpJsonStructure = wholeStructure,
  packed: 'gzip' | 'none' = 'none',
): OtlpDialect {
  const all = older
    ? `if(ignore(${answer.join(', ')}), [], arrayConcat(resourceSpans, batches, trace.resourceSpans, trace.batches))`
    : 'resourceSpans'
  const one = `[CAST((resource, schemaUrl, scopeSpans${older ? ', instrumentationLibrarySpans' : ''}) AS Tuple(${members}))]`
  return {
    from: `file({path:String}, 'JSONEachRow', {structure:String}, '${packed}')`,
    params: { path, structure: holds === 'requests' ? requests : members },
    settings: { ...settings, ...extra },
    scopeSpans: (resourceSpans) =>
      older
        ? `arrayConcat(${resourceSpans}.scopeSpans, ${resourceSpans}.instrumentationLibrarySpans)`
        : `${resourceSpans}.scopeSpans`,
    resourceSpans: holds === 'requests' ? all : one,
    id: (field) => {
      const decoded = `tryBase64Decode(concat(replaceAll(replaceAll(${field}, '-', '+'), '_', '/'), repeat('=', (4 - length(${field}) % 4) % 4)))`
      return `multiIf(length(${field}) IN (0, 16, 32), lower(${field}), length(${decoded}) IN (8, 16), lower(hex(${decoded})), ${field})`
    },
    nanoseconds: (field) => `toUInt64OrZero(${field})`,
    counter: (field) => `toUInt64OrZero(${field})`,
    number: (field, names) => {
      const index = `indexOf([${names.map((name) => `'${name}'`).join(', ')}], ${field})`
      return `multiIf(${field} = '', 0, ${index} > 0, ${index} - 1, toUInt64OrZero(${field}))`
    },
    scopeAttributes: (scopeSpans) =>
      older
        ? `arrayConcat(${scopeSpans}.scope.attributes, ${scopeSpans}.instrumentationLibrary.attributes)`
        : `${scopeSpans}.scope.attributes`,
    scopeDropped: (scopeSpans) =>
      older
        ? `greatest(toUInt64OrZero(${scopeSpans}.scope.droppedAttributesCount), toUInt64OrZero(${scopeSpans}.instrumentationLibrary.droppedAttributesCount))`
        : `toUInt64OrZero(${scopeSpans}.scope.droppedAttributesCount)`,
    tooDeep: () => '0',
    // One arm is set at most, so joining the scalar arms gives it.
    text: (field) => {
      const scalar = `concat(${field}.stringValue, ${field}.intValue, ${field}.doubleValue, ${field}.boolValue, ${field}.bytesValue)`
      return nested
        ? `multiIf(${field}.arrayValue != '', ${nestedText('arrayValue', `${field}.arrayValue`)},
      ${field}.kvlistValue != '', ${nestedText('kvlistValue', `${field}.kvlistValue`)}, ${scalar})`
        : scalar
    },
    scope: (scopeSpans, field) =>
      older
        ? `if(${scopeSpans}.scope.${field} = '', ${scopeSpans}.instrumentationLibrary.${field}, ${scopeSpans}.scope.${field})`
        : `${scopeSpans}.scope.${field}`,
  }
}

export const otlpJson: Importer = {
  id: 'otlp-json',
  title: 'OTLP/JSON',
  spec: 'https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding',
  gives: ['spans'],
  sniff(head) {
    const keys = keysOfHead(head)
    if (keys.has('resourceSpans') || keys.has('trace.resourceSpans') || keys.has('trace.batches')) return 1
    return keys.has('batches') ? 0.8 : 0
  },
  async read(source: Source, sink: Sink) {
    if (source.truncated) sink.lose('truncated', 1)
    else if (endsWhole(source)) {
      if (await insertStrictly(source, sink)) return sink.progress({ bytes: source.sizeBytes })
    }
    const keeper = new Keeper(sink, otlpShape)
    const report = await splitToSpools(source.path, otlpPlan, spoolsOf(sink), async (spool) => {
      await insertSpool(spool, keeper, sink)
      sink.progress({ bytes: spool.sourceBytes })
    })
    if (report.elements === 0 && (report.badRows > 0 || report.truncated)) {
      throw new UnreadableEvidence(
        source.name,
        'begins like OTLP/JSON, but no whole span could be read from it',
        'Check that the file was not overwritten or cut while it was copied, and export it again.',
      )
    }
    if (report.badRows > 0) sink.lose('bad-row', report.badRows)
    if (report.truncated && !source.truncated) sink.lose('truncated', 1)
  },
  async readArchive(archive, sink) {
    const whole = await insertStrictly(archive, sink, 'gzip')
    if (whole) sink.progress({ bytes: archive.sizeBytes })
    return whole
  },
  readTogether: (sources: readonly OpenSource[]) =>
    jointInsert(sources, otlpPlan, otlpShape, (path, sinks, settings) => {
      const dialect = dialectOf(path, 'resource-spans', settings)
      const structure = `${wholeStructure.members}, ${fileMember} UInt32`
      return otlpInsert({ ...dialect, params: { path, structure }, file: fileMember }, ...sinks)
    }),
}

/** Of files up to this size the first rows are written while the others are parsed; of larger ones there would be too many parts. */
const smallBytes = 64 << 20

/** Inserts the file as it lies, unless the engine finds something in it that nobody named. */
async function insertStrictly(
  source: Source | Archive,
  sink: Sink,
  packed: 'gzip' | 'none' = 'none',
): Promise<boolean> {
  const likely = likelyStructure(source.head)
  const small = source.sizeBytes < (packed === 'gzip' ? smallBytes / 16 : smallBytes)
  const strict = { ...strictSettings, ...(small && { min_insert_block_size_rows: 16_384 }) }
  for (const structure of likely.nested && likely.older ? [wholeStructure] : [likely, wholeStructure]) {
    try {
      await otlpInsert(dialectOf(source.path, 'requests', strict, structure, packed), sink)
      return true
    } catch (error) {
      if (!isParseError(error)) throw error
      // What is no JSON for the one structure is none for the other.
      if (!namesUnknownField(error)) return false
    }
  }
  return false
}

const spoolsOf = (sink: Sink): [string, string] => [sink.spoolPath('jsonl'), sink.spoolPath('jsonl')]

/** Whether the last byte that is not blank closes something; a cut file mostly does not, and then the engine need not try. */
function endsWhole(source: Source): boolean {
  const file = openSync(source.path, 'r')
  try {
    const tail = Buffer.alloc(Math.min(256, source.sizeBytes))
    readSync(file, tail, 0, tail.length, source.sizeBytes - tail.length)
    return /[\]}]\s*$/.test(tail.toString('latin1'))
  } finally {
    closeSync(file)
  }
}

/** Inserts a spool of whole elements. Where one has fields of a wrong type, it alone is left out. */
async function insertSpool(spool: Spool, keeper: Keeper, sink: Sink): Promise<void> {
  await keeper.insert(
    spool.path,
    spool.sizeBytes,
    async (path, extra) => {
      await otlpInsert(dialectOf(path, 'resource-spans', extra), sink)
    },
    (path) => insertSpans(path, sink),
  )
}

async function insertSpans(spool: string, sink: Sink): Promise<void> {
  const single = (path: string): OtlpDialect => ({
    ...dialectOf(path, 'resource-spans'),
    settings: { ...settings, input_format_allow_errors_ratio: 1 },
  })
  await splitToSpools(
    spool,
    otlpPlan,
    spoolsOf(sink),
    async ({ path, elements }) => {
      const { inserted, leftOut } = await otlpInsert(single(path), sink)
      const refused = elements - inserted - leftOut
      if (refused > 0) sink.lose('bad-row', refused)
    },
    { lineBytes: 1, validate: false },
  )
}
