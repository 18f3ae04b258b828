/**
 * Plans a large system as published studies of real ones describe them: layers of services, a few busy operations and many rare ones,
 * stores of their own with the odd shared one, every convention, and steps that sometimes repeat very often.
 * The plan is fixed by its seed; `traffic.ts` then plays requests on it.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'

export type Step =
  | { kind: 'call'; operation: Operation; chance: number; heavy: boolean }
  | {
      kind: 'query'
      url: string
      statement: (id: number) => string
      collection: string
      chance: number
      heavy: boolean
      ms: number
    }
  | { kind: 'cache'; url: string; key: string; chance: number; heavy: boolean }
  | { kind: 'publish'; url: string; consumer: Operation; by: 'link' | 'parent'; chance: number; heavy: boolean }

export interface Operation {
  service: string
  name: string
  ownMs: number
  parallel: boolean
  steps: Step[]
}

export interface Plan {
  services: { name: string; conventions: 'stable' | 'old' | 'both'; instances: number; skewMs: number }[]
  /** Most popular first. */
  roots: Operation[]
}

export type Random = () => number

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  return () => uniformFloat64(generator)
}

const nouns = [
  ...[
    'book',
    'author',
    'order',
    'basket',
    'payment',
    'parcel',
    'review',
    'price',
    'stock',
    'reader',
    'publisher',
    'coupon',
    'invoice',
    'wish',
  ],
  ...[
    'shelf',
    'genre',
    'return',
    'refund',
    'address',
    'session',
    'letter',
    'picture',
    'search',
    'rating',
    'edition',
    'loan',
    'store',
    'tax',
  ],
]
const trades = [
  '',
  '-index',
  '-history',
  '-export',
  '-policy',
  '-archive',
  '-feed',
  '-gateway',
  '-quote',
  '-audit',
  '-mirror',
  '-plan',
]
const verbs = ['Find', 'List', 'Reserve', 'Update', 'Count', 'Price']
const layers = 5

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

function statementOf(random: Random, table: string): (id: number) => string {
  const forms: ((id: number) => string)[] = [
    (id) => `SELECT id, title, changed_at FROM ${table} WHERE id = ${id}`,
    (id) => `SELECT count(*) FROM ${table} WHERE owner_id = ${id} AND state = 'open'`,
    (id) =>
      `SELECT t.id, h.at FROM ${table} t JOIN ${table}_history h ON h.id = t.id WHERE t.owner_id = ${id} LIMIT 50`,
    (id) => `UPDATE ${table} SET state = 'seen-${id}' WHERE id = ${id}`,
    (id) => `INSERT INTO ${table} (id, state) VALUES (${id}, 'new')`,
  ]
  return pick(random, forms)
}

function storeOf(random: Random, name: string): string {
  const share = random()
  if (share < 0.5) return `postgresql://pg-${name}:5432/${name}`
  if (share < 0.9) return `mysql://mysql-${name}:3306/${name}`
  return 'postgresql://pg-legacy:5432/legacy'
}

export function planSystem(serviceCount: number, seed = 1): Plan {
  const random = seededRandom(seed)
  const names = Array.from({ length: serviceCount }, (_, i) => {
    const round = Math.floor(i / nouns.length)
    return `${nouns[i % nouns.length] ?? ''}${trades[round % trades.length] ?? ''}${round >= trades.length ? `-${round}` : ''}`
  })
  const services = names.map((name) => {
    const share = random()
    const conventions = share < 0.45 ? ('stable' as const) : share < 0.85 ? ('old' as const) : ('both' as const)
    return { name, conventions, instances: 1 + Math.floor(random() * 4), skewMs: random() < 0.03 ? 9 : 0 }
  })
  // Layer of a service: edges first; a service calls deeper layers alone, so that the plan has no cycles.
  const layerOf = names.map((_, i) => Math.min(layers - 1, Math.floor((i / serviceCount) * layers)))
  const operations: Operation[][] = names.map(() => [])
  /** Services that somebody calls already: those that nobody does are drawn first. */
  const wanted = new Set<string>()
  for (let i = serviceCount - 1; i >= 0; i--) {
    const name = names[i] ?? ''
    const layer = layerOf[i] ?? 0
    const noun = nouns[i % nouns.length] ?? ''
    const deeper = names.flatMap((_, other) => ((layerOf[other] ?? 0) > layer ? (operations[other] ?? []) : []))
    // A service knows few others: its callees are drawn once.
    const near = deeper.filter((candidate) => !wanted.has(candidate.service))
    const known =
      deeper.length > 0
        ? Array.from({ length: 6 }, (_, n) => pick(random, n < 3 && near.length > 0 ? near : deeper))
        : []
    for (const { service } of known) wanted.add(service)
    const store = storeOf(random, name)
    const cache = random() < 0.4 ? `redis://redis-${name}:6379/0` : undefined
    const count = 2 + Math.floor(random() * 5)
    for (let n = 0; n < count; n++) {
      const http = random() < 0.7
      const path = n === 0 ? `/${noun}s/{id}` : `/${noun}s/{id}/${pick(random, nouns)}s`
      const operation: Operation = {
        service: name,
        name: http
          ? `${pick(random, ['GET', 'GET', 'GET', 'POST'])} ${path}`
          : `shop.${noun}/${pick(random, verbs)}${n}`,
        ownMs: 1 + random() * 8,
        parallel: random() < 0.3,
        steps: [],
      }
      if (cache) operation.steps.push({ kind: 'cache', url: cache, key: noun, chance: 0.8, heavy: random() < 0.05 })
      const queries = layer === 0 ? 0 : Math.floor(random() * 2.6)
      for (let q = 0; q < queries; q++) {
        const collection = `${noun}s`
        const statement = statementOf(random, collection)
        operation.steps.push({
          kind: 'query',
          url: store,
          statement,
          collection,
          chance: 0.7,
          heavy: random() < 0.06,
          ms: 0.5 + random() * 6,
        })
      }
      const calls = known.length === 0 ? 0 : layer === 0 ? 2 + Math.floor(random() * 3) : Math.floor(random() * 3.2)
      for (let c = 0; c < calls; c++) {
        operation.steps.push({
          kind: 'call',
          operation: known[(n * 2 + c) % known.length] ?? pick(random, known),
          chance: 0.4 + random() * 0.6,
          heavy: random() < 0.1,
        })
      }
      if (known.length > 0 && random() < 0.12) {
        const consumer = pick(random, known)
        const broker = random() < 0.5 ? 'rabbitmq://broker:5672' : 'kafka://kafka:9092'
        const by = random() < 0.6 ? 'link' : 'parent'
        operation.steps.push({
          kind: 'publish',
          url: `${broker}/${noun}.changed`,
          consumer,
          by,
          chance: 0.5,
          heavy: false,
        })
      }
      operations[i]?.push(operation)
    }
  }
  const edges = names.flatMap((_, i) => (layerOf[i] === 0 ? (operations[i] ?? []) : []))
  return {
    services,
    roots: edges
      .map((edge, i) => ({ edge, turn: (i * 7919) % edges.length }))
      .sort((a, b) => a.turn - b.turn)
      .map(({ edge }) => edge),
  }
}
