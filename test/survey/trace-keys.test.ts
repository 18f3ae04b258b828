/** Keys in the statements of spans, as instrumentations write them: whole, shortened, hidden; lives in every form that commands give them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeStore, surveyedStore } from '../audit-rows.js'
import { sketch, toRows } from '../sketch.js'

interface Access {
  Command: string
  Kind: string
  Key: string
  TtlMs: number
}

/** A statement, and what is to be read off it: command, kind, key, life in ms. */
const cases: readonly [
  statement: string,
  ...accesses: [command: string, kind: string, key: string, ttlMs: number][],
][] = [
  ['GET book:12', ['GET', 'read', 'book:12', 0]],
  ['get book:12', ['GET', 'read', 'book:12', 0]],
  ['GET ?', ['GET', 'read', '', 0]],
  ['GET', ['GET', 'read', '', 0]],
  ['MGET book:1 book:2', ['MGET', 'read', 'book:1', 0], ['MGET', 'read', 'book:2', 0]],
  ['DEL book:1 book:2', ['DEL', 'delete', 'book:1', 0], ['DEL', 'delete', 'book:2', 0]],
  ['SET menu x', ['SET', 'write', 'menu', -1]],
  ['SET menu x EX 60', ['SET', 'write', 'menu', 60_000]],
  ['set menu {"a": 1} px 250', ['SET', 'write', 'menu', 250]],
  ['SET menu x KEEPTTL', ['SET', 'write', 'menu', 0]],
  ['SET menu x EX 60 NX', ['SETNX', 'other', 'menu', 0]],
  // what is hidden may be a life
  ['set menu [3 other arguments]', ['SET', 'write', 'menu', -2]],
  ['set menu [1 other arguments]', ['SET', 'write', 'menu', -1]],
  ['SET menu ? ? ?', ['SET', 'write', 'menu', -2]],
  ['SET menu ?', ['SET', 'write', 'menu', -1]],
  ['SETEX menu 45 x', ['SETEX', 'write', 'menu', 45_000]],
  ['SETEX menu ? ?', ['SETEX', 'write', 'menu', -2]],
  ['PSETEX menu 450 x', ['PSETEX', 'write', 'menu', 450]],
  ['EXPIRE menu 30', ['EXPIRE', 'expire', 'menu', 30_000]],
  ['PERSIST menu', ['PERSIST', 'expire', 'menu', -1]],
  ['HGETALL cart:7', ['HGETALL', 'read', 'cart:7', 0]],
  ['EXISTS cart:7', ['EXISTS', 'look', 'cart:7', 0]],
  ['MSET a 1 b 2', ['MSET', 'write', 'a', -1], ['MSET', 'write', 'b', -1]],
  ['EVALSHA 8f1e 2 stock:1 stock:2 5', ['EVALSHA', 'other', 'stock:1', 0], ['EVALSHA', 'other', 'stock:2', 0]],
  ['EVALSHA 8f1e 0 5', ['EVALSHA', 'other', '', 0]],
  ['MULTI\nSET a 1 EX 5\nDEL b\nEXEC', ['SET', 'write', 'a', 5_000], ['DEL', 'delete', 'b', 0]],
  ["GET x'; DROP TABLE accesses; --", ['GET', 'read', "x';", 0]],
  ['GET __proto__', ['GET', 'read', '__proto__', 0]],
  ['PING'],
  ['FLUSHALL'],
  ['SUBSCRIBE news'],
]

let byStatement: Map<string, Access[]>
beforeAll(async () => {
  const system = sketch('trace-keys')
  system.service('shop', {})
  for (const [statement] of cases)
    system.trace((trace) => {
      trace.server('shop', 'GET /', {}, (scope) => scope.redis('redis://cache:6379/0', statement, { ms: 1 }))
    })
  const store = await surveyedStore(toRows(system.spans))
  const order = new Map(
    system.spans.filter((span) => span.parentSpanId === '').map((span, index) => [span.traceId, index]),
  )
  const rows = await store.query<Access & { TraceId: string }>(
    "SELECT TraceId, Command, Kind, Key, toInt32(TtlMs) AS TtlMs FROM accesses WHERE Origin = 'trace' ORDER BY TraceId, Seq, Key",
  )
  byStatement = new Map(cases.map(([statement]) => [statement, []]))
  for (const { TraceId, ...access } of rows) byStatement.get(cases[order.get(TraceId) ?? -1]?.[0] ?? '')?.push(access)
})
afterAll(closeStore)

describe('keys of', () => {
  it.each(cases.map(([statement, ...accesses]) => ({ statement, accesses })))(
    '$statement',
    ({ statement, accesses }) => {
      expect(byStatement.get(statement)).toEqual(
        accesses.map(([Command, Kind, Key, TtlMs]) => ({ Command, Kind, Key, TtlMs })),
      )
    },
  )
})
