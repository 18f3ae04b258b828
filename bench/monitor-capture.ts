/**
 * Writes what `redis-cli MONITOR` would have told of a busy shop's cache, as large as is asked for: cache-aside pages, sessions, prices asked for by
 * the dozen, searches that few repeat, counters, baskets, locks with a script, invalidation in transactions. Popularity follows Zipf's law in each of them.
 * What is easily got wrong: a miss must follow from what was written and has expired, or every hit that an audit infers is noise. So expiries are kept.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { zipfStream } from '../src/simulate/zipf.js'
import { seededRandom } from './system.js'

const beganUs = 1_795_479_473_000_000
/** Mean time between two commands: twenty thousand commands a second. */
const spacingUs = 50
const machines = 6
const connections = 12

/** Keys of one kind, their popularity, and when each of them ceases to be in the cache. */
class Kind {
  readonly #keys: number
  readonly #exponent: number
  #seed: number
  #drawn: Uint32Array = new Uint32Array()
  #next = 0
  readonly expiresUs: Float64Array

  constructor(keys: number, exponent: number, seed: number) {
    this.#keys = keys
    this.#exponent = exponent
    this.#seed = seed
    this.expiresUs = new Float64Array(keys)
  }

  draw(): number {
    if (this.#next >= this.#drawn.length) {
      const drawn = zipfStream({
        requests: 500_000,
        keyCount: this.#keys,
        exponent: this.#exponent,
        seed: this.#seed++,
      })
      this.#drawn = drawn.keys
      this.#next = 0
    }
    // What is wanted most is not numbered first.
    return (this.#drawn[this.#next++]! * 7_919 + 13) % this.#keys
  }
}

/** As hexadecimal words of eight digits that look like chance, from a number. */
const word = (number: number, salt: number): string =>
  (Math.imul(number + salt, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
const uuid = (number: number): string => {
  const [a, b, c] = [word(number, 1), word(number, 77), word(number, 991)]
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(0, 3)}-${c}${b.slice(0, 4)}`
}

const hostile: readonly string[] = [
  // cut; an argument that looks like the end of a client; escapes of a terminal; bytes; markup; SQL; a member of every object
  '"set" "product:1:page" "{\\"title\\":',
  '"get" "odd] \\"key:1"',
  '"get" "esc:\\x1b[2J\\x1b]0;owned\\x07:1"',
  '"set" "bytes:\\x00\\xff\\xfe:1" "\\x00\\x01" "EX" "60"',
  '"get" "<img src=x onerror=alert(1)>:1"',
  '"get" "x\'; DROP TABLE accesses; --:1"',
  '"get" "__proto__"',
  `"get" "${'a'.repeat(5_000)}"`,
  `"del" ${Array.from({ length: 3_000 }, (_, i) => `"bulk:${i}"`).join(' ')}`,
  '"eval" "return 1" "99999999" "few:1"',
]

/** Returns how many lines were written. The same size gives the same capture, byte for byte. */
export function writeMonitorCapture(path: string, bytes: number): number {
  const random = seededRandom(5)
  const pages = new Kind(300_000, 1, 10_000)
  const prices = new Kind(200_000, 0.9, 20_000)
  const sessions = new Kind(400_000, 0.7, 30_000)
  const searches = new Kind(1_500_000, 0.6, 40_000)
  const callers = new Kind(50_000, 0.8, 50_000)
  const clients = Array.from(
    { length: machines * connections },
    (_, i) => `10.0.3.${10 + (i % machines)}:${40_000 + i * 17}`,
  )
  const descriptor = openSync(path, 'w')
  let text = 'OK\n'
  let [written, lines, nowUs] = [0, 0, beganUs]
  let client = clients[0]!

  const say = (command: string, from = client): void => {
    nowUs += Math.ceil(-Math.log(1 - random()) * spacingUs)
    const stamp = nowUs.toString()
    text += `${stamp.slice(0, -6)}.${stamp.slice(-6)} [0 ${from}] ${command}\n`
    lines++
  }
  const holds = (kind: Kind, id: number): boolean => kind.expiresUs[id]! > nowUs
  const keep = (kind: Kind, id: number, seconds: number): void => {
    kind.expiresUs[id] = nowUs + seconds * 1e6
  }
  const page = (id: number): string =>
    `{\\"id\\":${id},\\"title\\":\\"Book ${id}\\",\\"text\\":\\"${'lorem ipsum '.repeat(10 + (id % 50))}\\",\\"caf\\xc3\\xa9\\":true}`

  const acts: readonly [weight: number, act: () => void][] = [
    [
      40,
      () => {
        const id = pages.draw()
        say(`"GET" "product:${id}:page"`)
        if (holds(pages, id)) return
        say(`"SET" "product:${id}:page" "${page(id)}" "EX" "120"`)
        keep(pages, id, 120)
      },
    ],
    // a pipeline
    [
      2,
      () => {
        const ids = Array.from({ length: 10 }, () => pages.draw())
        for (const id of ids) say(`"GET" "product:${id}:page"`)
        for (const id of ids.filter((one) => !holds(pages, one))) {
          say(`"SET" "product:${id}:page" "${page(id)}" "EX" "120"`)
          keep(pages, id, 120)
        }
      },
    ],
    [
      4,
      () => {
        const ids = Array.from({ length: 3 + Math.floor(random() * 10) }, () => prices.draw())
        say(`"MGET" ${ids.map((id) => `"price:${id}"`).join(' ')}`)
        for (const id of new Set(ids.filter((one) => !holds(prices, one)))) {
          say(`"SETEX" "price:${id}" "40" "${id % 9_999}"`)
          keep(prices, id, 40)
        }
      },
    ],
    [
      25,
      () => {
        const id = sessions.draw()
        const key = `"session:${uuid(id)}"`
        say(`"get" ${key}`)
        const known = holds(sessions, id)
        if (!known || random() < 0.1)
          say(`"set" ${key} "{\\"user\\":${id},\\"cart\\":[${id % 7}],\\"csrf\\":\\"${word(id, 5)}\\"}" "PX" "1800000"`)
        else say(`"expire" ${key} "1800"`)
        keep(sessions, id, 1_800)
      },
    ],
    [
      8,
      () => {
        const id = searches.draw()
        const key = `"search:${word(id, 3)}${word(id, 4)}:1"`
        say(`"GET" ${key}`)
        if (holds(searches, id)) return
        say(`"SET" ${key} "[${Array.from({ length: 20 }, (_, i) => (id * 31 + i) % 300_000).join(',')}]" "EX" "60"`)
        keep(searches, id, 60)
      },
    ],
    [
      8,
      () => {
        const id = callers.draw()
        const key = `"rate:198.51.${id >> 8}.${id & 255}:${Math.floor(nowUs / 60e6)}"`
        say('"multi"')
        say(`"incr" ${key}`)
        say(`"expire" ${key} "60"`)
        say('"exec"')
      },
    ],
    [
      6,
      () => {
        const key = `"basket:${sessions.draw()}"`
        if (random() < 0.3) say(`"HSET" ${key} "book:${pages.draw()}" "1"`)
        else say(`"HGETALL" ${key}`)
      },
    ],
    // a price changes: what was copied is thrown away
    [
      1,
      () => {
        const id = pages.draw()
        say('"MULTI"')
        say(`"DEL" "product:${id}:page"`)
        say(`"UNLINK" "price:${id % 200_000}"`)
        say('"EXEC"')
        pages.expiresUs[id] = 0
        prices.expiresUs[id % 200_000] = 0
      },
    ],
    [
      1,
      () => {
        const id = pages.draw()
        const key = `"lock:stock:${id}"`
        say(`"SET" ${key} "${word(id, 9)}" "NX" "PX" "5000"`)
        say(`"EVALSHA" "e9f69f2beb755be68b5e456ee2ce9aadfbc4ebf4" "1" ${key} "${word(id, 9)}"`)
        say(`"get" ${key}`, 'lua')
        say(`"del" ${key}`, 'lua')
      },
    ],
  ]
  const total = acts.reduce((sum, [weight]) => sum + weight, 0)
  try {
    while (written + text.length < bytes) {
      client = clients[Math.floor(random() * clients.length)]!
      let left = random() * total
      const chosen = acts.find(([weight]) => (left -= weight) < 0) ?? acts[0]!
      chosen[1]()
      if (random() < 0.000_02) say(hostile[Math.floor(random() * hostile.length)]!)
      if (text.length < 1 << 20) continue
      written += writeSync(descriptor, text)
      text = ''
    }
    writeSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
  return lines
}
