/**
 * Every way in which evidence can be incomplete, in one list. A loss is counted and told, never fatal.
 * An id never changes once shipped: it appears in reports, and docs/losses.md is made from this list.
 */
export interface Loss {
  /** kebab-case; what `Sink.lose` is called with. */
  id: string
  /** What was lost, as a heading: "Rows that could not be parsed". */
  title: string
  /** What it means for the report, and how to get whole evidence next time. */
  advice: string
}

export const losses: readonly Loss[] = [
  {
    id: 'truncated',
    title: 'The file ends in the middle of a record',
    advice:
      'Everything before the cut was read. Copy the file again, wait until its writer has closed it, or raise the exporter’s size limit.',
  },
  {
    id: 'bad-row',
    title: 'Rows that could not be parsed',
    advice:
      'They were left out. Look for lines that two writers wrote at once, or for log output mixed into the traces.',
  },
  {
    id: 'oversized-row',
    title: 'Rows too large to hold in memory',
    advice: 'They were left out. Write smaller batches (`send_batch_max_size` of the Collector’s batch processor).',
  },
  {
    id: 'empty-file',
    title: 'Files without a single byte',
    advice: 'They were passed over. An exporter that has just rotated its file leaves one; wait until it has written.',
  },
  {
    id: 'unknown-file',
    title: 'Files in a folder that are in no known format',
    advice: 'They were passed over. Name such a file by itself to be told what it looks like and what can be read.',
  },
  {
    id: 'missing-ids',
    title: 'Spans without a trace id or span id',
    advice: 'They were left out, for nothing can be joined to them. Look for an exporter that strips or zeroes ids.',
  },
  {
    id: 'invalid-id',
    title: 'Ids that are not 16 or 32 hexadecimal digits',
    advice:
      'They were kept as they stand. Traces that pass through systems which rewrite ids may fall apart into pieces.',
  },
  {
    id: 'invalid-time',
    title: 'Spans that start at an impossible time',
    advice:
      'They were kept, but the window of the evidence is unreliable. Times must be nanoseconds since 1970: look for an exporter that writes milliseconds or none.',
  },
  {
    id: 'negative-duration',
    title: 'Spans that end before they start',
    advice:
      'Their duration counts as 0. Look for spans exported before they ended, or a clock that was set back while they ran.',
  },
  {
    id: 'nested-too-deep',
    title: 'Spans with attributes nested too deep to be read',
    advice:
      'They were kept, and the value says where it breaks off. Flatten such attributes, or export OTLP/JSON, which is read deeper than protobuf.',
  },
  {
    id: 'missing-process',
    title: 'Spans whose process is not in the file',
    advice:
      'Their service is unknown. Export whole traces: `processes` stands behind the spans of a trace, so a cut file lacks it.',
  },
  {
    id: 'missing-duration',
    title: 'Spans without a duration',
    advice:
      'It counts as 0. They were reported before they ended, or sent without waiting for an answer; look for tracers that never finish spans.',
  },
  {
    id: 'partial-span',
    title: 'Fragments of spans that are whole elsewhere in the evidence',
    advice: 'They were left out: the same id has a client and a server span, and the fragment has no kind and no time.',
  },
  {
    id: 'duplicate-span',
    title: 'Spans that were given twice',
    advice:
      'Each counts once. Leave out overlapping exports, and look for an exporter that retries what had already arrived.',
  },
  {
    id: 'conflicting-span',
    title: 'Different spans under one id',
    advice:
      'All were kept. Look for an id generator that repeats itself (a seed copied into every process), or for spans exported before and after they ended.',
  },
  {
    id: 'missing-columns',
    title: 'Columns of otel_traces that a table did not have',
    advice: 'They count as empty. Export the whole table, Events and Links included, to let every audit look.',
  },
  {
    id: 'partial-server',
    title: 'Servers that could be asked only in part, or not at all',
    advice:
      'What they said before is kept. Progress on standard error says what happened; ask again when the server is well.',
  },
  {
    id: 'cut-capture',
    title: 'Servers whose commands were watched for a shorter time than was asked for',
    advice:
      'The capture had grown to 512 MB. Watch for a shorter time, or capture with redis-cli MONITOR and audit the file.',
  },
  {
    id: 'refused-question',
    title: 'Kinds of question that a server refused to answer',
    advice:
      'What depends on them is not judged. docs/live-servers.md and docs/brokers.md have the rights that a user needs, as one line for an administrator.',
  },
  {
    id: 'unparsed-statement',
    title: 'Statements that the SQL parser did not understand',
    advice: 'Their tables are unknown. Set `db.collection.name` and `db.operation.name` in the instrumentation.',
  },
  {
    id: 'truncated-statement',
    title: 'Statements cut off by the instrumentation',
    advice:
      'The tables after the cut are unknown. Raise the attribute length limit (`OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`).',
  },
  {
    id: 'untimed-observation',
    title: 'Observations without a time',
    advice:
      'Only the first of a file was kept, for no trend can be made of states without moments. Save each beside its time: `{"at": "2027-03-01T12:00:00Z", "queues": […]}`, a line each.',
  },
  {
    id: 'external-reference',
    title: 'References of a contract that lead to other documents',
    advice:
      'They were not followed, so messages and channels may be missing. Bundle the contract into one document first, for example with `asyncapi bundle`.',
  },
  {
    id: 'unused-channel',
    title: 'Channels of a contract that none of its operations uses',
    advice: 'Who sends and who receives there is unknown, so they say nothing. Add the operations to the contract.',
  },
  {
    id: 'hidden-policy',
    title: 'Queues under a policy whose definition was not asked for',
    advice:
      'Whether they have limits and dead letters is unknown. Ask for the column `effective_policy_definition` as well, or give the definitions beside.',
  },
  {
    id: 'unread-pattern',
    title: 'Patterns of policies that could not be matched',
    advice:
      'What they apply to is unknown, so its queues may seem to lack limits and dead letters. Give the answer of `GET /api/queues` beside the definitions, or the address of the management API.',
  },
]

const byId = new Map(losses.map((loss) => [loss.id, loss]))

/** The entry of an id; an id outside the list is a fault in Faultline, so it throws. */
export function lossOf(id: string): Loss {
  const loss = byId.get(id)
  if (!loss) throw new Error(`no such loss: ${id}`)
  return loss
}
