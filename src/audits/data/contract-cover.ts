/**
 * Whether a contract covers what was seen: a call by method and path or by rpc method, a message by its channel. A variable of the contract
 * stands for anything; a variable of the evidence only for a variable, since `GET /books/bestsellers` promises nothing about `GET /books/{id}`.
 */
import type { ContractsRow } from '../../survey/rows.js'

/** Which kind of contract speaks of a call; undefined for one whose operation is no method that a contract could name. */
export function contractKindOf(operation: string): 'openapi' | 'proto' | undefined {
  if (/^[a-z]+ \/\S*$/i.test(operation)) return 'openapi'
  return /^[\w.]+\/\w+$/.test(operation) ? 'proto' : undefined
}

/** What both sides must agree in before anything else is compared: the HTTP method, or the rpc method as a whole. */
export function methodOf(operation: string): string {
  const [method = '', path] = operation.split(' ')
  return path === undefined ? operation : method.toUpperCase()
}

function segments(path: string): string[] {
  return path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((part) => part !== '')
}

function isVariable(segment: string): boolean {
  return /^[:*]|[{<]/.test(segment)
}

/** Paths may each begin with what a gateway adds or takes off, as long as something that is no variable is the same in both. */
function fitsPath(contract: string, seen: string): boolean {
  const [wanted, given] = [segments(contract), segments(seen)]
  const length = Math.min(wanted.length, given.length)
  const pairs = Array.from({ length }, (_, index) => [wanted.at(-1 - index) ?? '', given.at(-1 - index) ?? ''] as const)
  const same = pairs.every(([one, other]) => one === other || isVariable(one))
  return same && (wanted.length === given.length || pairs.some(([one, other]) => one === other && !isVariable(one)))
}

export function fitsOperation({ kind, channel }: Pick<ContractsRow, 'kind' | 'channel'>, operation: string): boolean {
  if (kind === 'proto') return channel === operation
  const [, path = ''] = channel.split(' ')
  const [, seenPath] = operation.split(' ')
  return seenPath !== undefined && methodOf(channel) === methodOf(operation) && fitsPath(path, seenPath)
}

/** A destination of RabbitMQ is exchange and key, and a contract names either, or a queue. */
export function fitsChannel(channel: string, name: string): boolean {
  const colon = name.indexOf(':')
  const names = colon < 0 ? [name] : [name, name.slice(0, colon), name.slice(colon + 1)]
  const pattern = channel
    .split(/\{[^{}]*\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[^./]+')
  const whole = new RegExp(`^${pattern}$`)
  return names.some((each) => each !== '' && whole.test(each))
}

/** `Stock Service API`, `stock-service` and `stock.shop.svc` are all `stock`. */
function plainName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\b(?:api|service|server|svc|srv|app|rest|http|grpc|contract|v\d+)\b/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
}

/** Services that a contract says it is of, by its title or its host; empty when it names none that runs: then it may be of any. */
export function servicesOf(contract: Pick<ContractsRow, 'service' | 'host'>, running: readonly string[]): string[] {
  const names = [plainName(contract.service), plainName(/^[^.:]*/.exec(contract.host)?.[0] ?? '')].filter(
    (name) => name !== '',
  )
  return running.filter((service) => names.includes(plainName(service)))
}
