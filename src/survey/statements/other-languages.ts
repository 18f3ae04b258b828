/**
 * Statements of systems that do not speak SQL: the verb, and the collection where the text itself names one.
 * Nothing here is parsed: a Redis command or a MongoDB document can contain any text, SQL included.
 */
import type { StatementReading } from './parse-statement.js'

const reading =
  /^(?:GET|MGET|HGET|HMGET|HGETALL|EXISTS|TTL|PTTL|SMEMBERS|SISMEMBER|LRANGE|ZRANGE|ZSCORE|SCAN|STRLEN|LLEN|SCARD|ZCARD|GETS|FIND|AGGREGATE|COUNT|COUNTDOCUMENTS|DISTINCT|GETMORE|SEARCH|MSEARCH|HEAD|MATCH|SELECT|SHOW|GETITEM|QUERY|RETRIEVE|SCROLL|BATCHGETITEM)$/
const writing =
  /^(?:SET|SETEX|PSETEX|SETNX|MSET|GETSET|GETDEL|DEL|UNLINK|EXPIRE|PEXPIRE|HSET|HMSET|HDEL|INCR|INCRBY|DECR|DECRBY|HINCRBY|SADD|SREM|LPUSH|RPUSH|LPOP|RPOP|ZADD|ZREM|XADD|ADD|APPEND|CAS|TOUCH|FLUSHDB|FLUSHALL|INSERT|UPDATE|DELETE|FINDANDMODIFY|BULKWRITE|PUT|POST|BULK|CREATE|MERGE|UPSERT|PUTITEM|UPDATEITEM|DELETEITEM|BATCHWRITEITEM)$/
/** `{"find": "orders", …`: the first member of a MongoDB command is its verb, and its value the collection. */
const mongoCommand =
  /^\s*\{\s*"?(find|aggregate|count|distinct|insert|update|delete|findAndModify|getMore)"?\s*:\s*"([^"\\]{1,256})"/i
/** `orders.find({…` as older drivers write it. */
const mongoCall =
  /^\s*(?:db\.)?([A-Za-z_][\w.-]{0,255})\.(find|findOne|aggregate|count|distinct|insert|insertOne|insertMany|update|updateOne|updateMany|delete|deleteOne|deleteMany|remove)\b/
const firstWord = /^\s*([A-Za-z][A-Za-z_]{0,63})/

export function readOtherLanguage(text: string): StatementReading {
  const command = mongoCommand.exec(text)
  const call = command === null ? mongoCall.exec(text) : null
  const verb = (command?.[1] ?? call?.[2] ?? firstWord.exec(text)?.[1] ?? '').toUpperCase()
  const collection = (command?.[2] ?? call?.[1] ?? '').toLowerCase()
  const plainVerb = verb.replace(/(?:ONE|MANY)$/, '').replace(/^REMOVE$/, 'DELETE')
  const access = reading.test(plainVerb) ? 'read' : writing.test(plainVerb) ? 'write' : 'other'
  return {
    command: verb,
    access,
    tablesRead: collection !== '' && access !== 'write' ? [collection] : [],
    tablesWritten: collection !== '' && access === 'write' ? [collection] : [],
    locks: false,
    parsed: verb !== '' || text.trim() === '' || /^\s*[[{]/.test(text),
    truncated: /(?:\.\.\.|…)\s*$/.test(text),
  }
}
