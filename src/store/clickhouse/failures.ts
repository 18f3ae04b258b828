/**
 * What a ClickHouse server refuses, as a sentence with a remedy. What is easily got wrong: an error's text may repeat the query, and with it
 * values of the evidence, so only its first line is shown, and codes decide, not words.
 */
import { UnreadableEvidence } from '../../model/importer.js'

/** A refusal of the server, explained. */
export class StoreFailure extends UnreadableEvidence {
  constructor(
    source: string,
    message: string,
    remedy: string,
    /** The number of the ClickHouse error; 0 when there was none. */
    readonly code: number,
  ) {
    super(source, message, remedy)
  }
}

/** The number of a ClickHouse error; 0 when it is none. */
export function codeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 0
  if ('code' in error && /^\d+$/.test(String(error.code))) return Number(error.code)
  const text = 'message' in error ? String(error.message) : ''
  return Number(/Code: (\d+)/.exec(text)?.[1] ?? 0)
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])

/** Whether the connection broke, so that nothing was answered. */
export function isBrokenConnection(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const code = 'code' in error ? String(error.code) : ''
  const text = 'message' in error ? String(error.message) : ''
  return connectionCodes.has(code) || /socket hang up|other side closed|Timeout error/i.test(text)
}

/** Codes of refusals for want of a right, or because the user may only read. */
export const isRefusedRight = (error: unknown): boolean => [164, 497].includes(codeOf(error))

/** Whether it is the setting `readonly` itself that this user may not change. */
export const refusesReadonly = (error: unknown): boolean =>
  [164, 452].includes(codeOf(error)) &&
  error instanceof Error &&
  /'readonly'|setting readonly\b/i.test(error.message.split('\n')[0] ?? '')

const remedies: Readonly<Record<number, readonly [problem: string, remedy: string]>> = {
  60: ['does not have the table', 'Check database and table in the address; SHOW TABLES lists them.'],
  81: ['does not have the database', 'Check the path of the address: clickhouse://user@host:8123/DATABASE?table=TABLE'],
  115: ['does not know a setting that Faultline needs', 'Its version is too old: 24.8 or later is needed.'],
  159: [
    'stopped a query after its time limit',
    'Shorten --from/--to, take a --sample, or raise max_execution_time in the address.',
  ],
  160: [
    'stopped a query that would have taken too long',
    'Shorten --from/--to, take a --sample, or raise max_execution_time in the address.',
  ],
  164: [
    'lets this user only read',
    'Grant what the page on ClickHouse lists (docs/clickhouse.md), or use a user with readonly = 2.',
  ],
  192: ['does not know the user', 'Check the user in the address.'],
  193: ['refuses the password', 'Give it in FAULTLINE_CLICKHOUSE_PASSWORD or by --password-file.'],
  194: ['refuses the password', 'Give it in FAULTLINE_CLICKHOUSE_PASSWORD or by --password-file.'],
  201: ['says that the quota of this user is used up', 'Wait, take a --sample, or raise the quota.'],
  202: ['has too many queries running', 'Run the audit at a quieter time.'],
  241: [
    'ran out of memory for a query',
    'Shorten --from/--to, take a --sample, or raise max_memory_usage in the address.',
  ],
  243: ['has no space left on its disk', 'Free some, or take a --sample: derived tables take about 130 bytes a span.'],
  279: ['cannot reach a shard of its cluster', 'Look at system.clusters and at the servers that it names.'],
  394: ['was told to stop a query', 'Somebody, or a limit of the server, killed it. Run the audit again.'],
  452: [
    'does not let this user change a setting that Faultline needs',
    'Loosen the constraint named above for this user.',
  ],
  497: ['refuses a right that is needed', 'Grant what the page on ClickHouse lists (docs/clickhouse.md).'],
  516: [
    'refuses user or password',
    'Check the user in the address, and FAULTLINE_CLICKHOUSE_PASSWORD or --password-file.',
  ],
  701: ['does not know the cluster', 'SELECT DISTINCT cluster FROM system.clusters lists them.'],
}

/** The first line, without the query that some messages repeat, and without stack and version. */
function told(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.replace(/^Code: \d+\. /, '').replace(/^DB::(?:Net)?Exception: /, '')
  return (line.split('\n')[0] ?? '').replace(/: (?:In scope|While (?:processing|executing)) [^]*$/, '').slice(0, 300)
}

/** What to tell the user of an error, if it is not Faultline's own fault. `name` is what the query was for. */
export function explained(error: unknown, shown: string, name: string): unknown {
  if (error instanceof UnreadableEvidence) return error
  const code = codeOf(error)
  const known = remedies[code]
  if (known) return new StoreFailure(shown, `${known[0]} (${name}: ${told(error)})`, known[1], code)
  if (isBrokenConnection(error))
    return new UnreadableEvidence(
      shown,
      `could not be reached, or went away (${name}: ${told(error)})`,
      'Check host, port and firewall; the HTTP interface is meant (8123, or 8443 with TLS), not the native one (9000).',
    )
  const tls = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (/^(?:CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH)/.test(tls))
    return new UnreadableEvidence(
      shown,
      `does not speak TLS as expected (${told(error)})`,
      'Name the authority with ca=FILE, the client’s certificate with cert=FILE&key=FILE, or leave TLS out.',
    )
  return error
}
