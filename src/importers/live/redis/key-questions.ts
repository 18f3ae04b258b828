/**
 * What is asked of each sampled key, in batches that hold no other client up.
 * What is easily got wrong: asking for a length touches the key and resets its idle time, so it comes last; and every question but
 * MEMORY USAGE counts as a hit in the server's INFO, which is therefore read before.
 */
import type { CacheKeyRow } from '../../common/cache-rows.js'
import type { Pace } from '../pace.js'
import type { Connection, Question, Reply } from './connection.js'

/** In one packet: some 15 µs of the server, which is less than one slow command of others. */
const mostTogether = 5
/** Smaller strings are as long as the memory that they take, near enough. */
const longString = 8 * 1024
/** Bytes of a key that are kept: a pattern shows long before. */
const longestKey = 1_024

export type KeyFacts = Pick<
  CacheKeyRow,
  'Key' | 'Type' | 'TtlMs' | 'MemoryBytes' | 'Elements' | 'IdleSeconds' | 'Frequency' | 'Encoding'
>

const kinds = ['TYPE', 'PTTL', 'MEMORY USAGE', 'OBJECT ENCODING', 'OBJECT IDLETIME', 'OBJECT FREQ'] as const
type Kind = (typeof kinds)[number]

const questionOf: Record<Kind, (key: Buffer) => Question> = {
  TYPE: (key) => ['TYPE', key],
  PTTL: (key) => ['PTTL', key],
  // Never SAMPLES 0, which walks through all elements.
  'MEMORY USAGE': (key) => ['MEMORY', 'USAGE', key, 'SAMPLES', '5'],
  'OBJECT ENCODING': (key) => ['OBJECT', 'ENCODING', key],
  'OBJECT IDLETIME': (key) => ['OBJECT', 'IDLETIME', key],
  'OBJECT FREQ': (key) => ['OBJECT', 'FREQ', key],
}

const lengths: Readonly<Partial<Record<string, string>>> = {
  string: 'STRLEN',
  hash: 'HLEN',
  list: 'LLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  stream: 'XLEN',
}

export class KeyQuestions {
  private readonly asked: Set<Kind>
  private readonly noLengths = new Set<string>()

  /** `denied` gathers what is refused; `policy` is the eviction policy, which decides what is known of a key's use. */
  constructor(
    private readonly connection: Connection,
    private readonly pace: Pace,
    policy: string,
    private readonly denied: Set<string>,
  ) {
    const unknown: Kind = policy.endsWith('lfu') ? 'OBJECT IDLETIME' : 'OBJECT FREQ'
    this.asked = new Set(kinds.filter((kind) => kind !== unknown))
  }

  /** Facts of those keys that are still there and may be looked at. */
  async about(keys: readonly Buffer[]): Promise<KeyFacts[]> {
    const found = await this.answers(keys)
    return this.withLengths(found)
  }

  private async answers(keys: readonly Buffer[]): Promise<{ key: Buffer; facts: KeyFacts }[]> {
    const answers = keys.map((key) => ({ key, of: new Map<Kind, Reply>() }))
    for (const kind of kinds) {
      if (!this.asked.has(kind)) continue
      const replies = await this.inBatches(keys.map((key) => questionOf[kind](key)))
      for (const [index, reply] of replies.entries()) {
        if (!(reply instanceof Error)) answers[index]?.of.set(kind, reply)
        else if (this.refusedAltogether(kind, reply)) this.asked.delete(kind)
      }
    }
    return answers.flatMap(({ key, of }) => {
      const ttl = numberOf(of.get('PTTL'), -2)
      const type = textOf(of.get('TYPE'))
      // Gone since it was found, on another node, or not this user's to see.
      if ((of.size === 0 && this.asked.size > 0) || type === 'none' || of.get('PTTL') === -2) return []
      const facts: KeyFacts = {
        Key: keyText(key),
        Type: type,
        TtlMs: ttl,
        MemoryBytes: numberOf(of.get('MEMORY USAGE')),
        Elements: -1,
        IdleSeconds: numberOf(of.get('OBJECT IDLETIME')),
        Frequency: numberOf(of.get('OBJECT FREQ')),
        Encoding: textOf(of.get('OBJECT ENCODING')),
      }
      return [{ key, facts }]
    })
  }

  private async withLengths(found: readonly { key: Buffer; facts: KeyFacts }[]): Promise<KeyFacts[]> {
    const measured = found.flatMap(({ key, facts }) => {
      const command = lengths[facts.Type]
      const short = facts.Type === 'string' && facts.MemoryBytes >= 0 && facts.MemoryBytes < longString
      return command === undefined || short || this.noLengths.has(command) ? [] : [{ key, facts, command }]
    })
    const replies = await this.inBatches(measured.map(({ key, command }) => [command, key]))
    for (const [index, { facts, command }] of measured.entries()) {
      const reply = replies[index]
      if (!(reply instanceof Error)) facts.Elements = numberOf(reply)
      else if (this.refusedAltogether(command, reply)) this.noLengths.add(command)
    }
    return found.map(({ facts }) => facts)
  }

  private async inBatches(questions: readonly Question[]): Promise<(Reply | Error)[]> {
    // At a small budget one batch must not be a second's worth.
    const size = Math.max(1, Math.min(mostTogether, Math.floor(this.pace.perSecond / 20)))
    const replies: (Reply | Error)[] = []
    for (let first = 0; first < questions.length; first += size) {
      const batch = questions.slice(first, first + size)
      await this.pace.take(batch.length)
      replies.push(...(await this.connection.askTogether(batch)))
    }
    return replies
  }

  /** Whether a kind of question is refused for every key, so that it need not be asked again. Throws when the server cannot serve at all. */
  private refusedAltogether(question: string, refusal: Error): boolean {
    if (/^(LOADING|MASTERDOWN|NOAUTH|CLUSTERDOWN)/.test(refusal.message)) throw refusal
    if (!isDenial(refusal)) return false
    this.denied.add(question)
    return true
  }
}

/** Whether a command is refused as such: to this user, by a provider that renamed it, or by a server that does not know it. */
export function isDenial(refusal: Error): boolean {
  const { message } = refusal
  if (message.startsWith('NOPERM')) return /permissions to run/i.test(message)
  return /^ERR unknown (command|subcommand)/i.test(message)
}

/** Keys are bytes. What is no UTF-8 is written as redis-cli would. */
export function keyText(key: Buffer): string {
  const cut = key.length > longestKey ? key.subarray(0, longestKey) : key
  // The cut may go through a character of up to four bytes.
  for (let less = 0; less <= (key.length > longestKey ? 3 : 0); less++) {
    const text = cut.subarray(0, cut.length - less).toString()
    if (!text.includes('\ufffd')) return text
  }
  return cut
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

const numberOf = (reply: Reply | undefined, otherwise = -1): number => (typeof reply === 'number' ? reply : otherwise)
const textOf = (reply: Reply | undefined): string =>
  Buffer.isBuffer(reply) ? reply.toString('latin1').slice(0, 40) : ''
