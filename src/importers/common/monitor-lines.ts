/**
 * Lines of MONITOR into `cache_commands`, by the engine: a row for each key that a command touches.
 *
 *     1795479473.406191 [3 127.0.0.1:56174] "set" "price:1" "501" "EX" "40"
 *
 * Values are measured and never kept. What is easily got wrong: a quote inside an argument is written `\"`, so the three characters `" "` stand
 * between two arguments and nowhere else; and a line that was cut does not end with a quote. Lines that a script ran say `lua` for the client.
 */
import type { Sink } from '../../model/importer.js'

/** Commands that name several keys, and nothing but keys. */
const manyKeys = "'MGET', 'DEL', 'UNLINK', 'EXISTS', 'TOUCH', 'SINTER', 'SUNION', 'SDIFF', 'PFCOUNT'"
/** Scripts: the number of keys, then the keys. */
const scripts = "'EVAL', 'EVALSHA', 'FCALL', 'EVAL_RO', 'EVALSHA_RO', 'FCALL_RO'"
/** Commands whose first argument is no key. */
const keyless = [
  'PING ECHO INFO SELECT AUTH HELLO CLIENT CONFIG MULTI EXEC DISCARD WATCH UNWATCH COMMAND CLUSTER SCRIPT FUNCTION QUIT RESET TIME PUBLISH SPUBLISH',
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE PUBSUB READONLY READWRITE ASKING ROLE WAIT WAITAOF DBSIZE SCAN KEYS RANDOMKEY',
  'FLUSHDB FLUSHALL SWAPDB SLOWLOG LATENCY MEMORY OBJECT DEBUG MONITOR REPLCONF PSYNC SYNC SAVE BGSAVE BGREWRITEAOF LASTSAVE ACL MODULE XREAD XREADGROUP XINFO SHUTDOWN FAILOVER',
]
  .join(' ')
  .split(' ')
  .map((name) => `'${name}'`)
  .join(', ')

/** Length of an argument as it was before it was escaped: \\ \" \n take two characters for one, \xHH four. */
const lengthOf = (raw: string): string =>
  `if(position(${raw}, '\\\\') = 0, toInt64(length(${raw})), toInt64(length(${raw})) - countSubstrings(${raw}, '\\\\\\\\') - countSubstrings(replaceAll(${raw}, '\\\\\\\\', ''), '\\\\') - 2 * countSubstrings(replaceAll(${raw}, '\\\\\\\\', ''), '\\\\x'))`

/** An argument as it was. No line holds a zero byte, so that one can stand for a backslash meanwhile. */
const unescaped = (raw: string): string => {
  const simple = [
    ['\\\\\\\\', 'char(0)'],
    ['\\\\"', `'"'`],
    ['\\\\n', `'\\n'`],
    ['\\\\r', `'\\r'`],
    ['\\\\t', `'\\t'`],
    ['\\\\a', `'\\a'`],
    ['\\\\b', `'\\b'`],
  ].reduce((sql, [from, to]) => `replaceAll(${sql}, '${from}', ${to})`, raw)
  const bytes = `splitByString('\\\\x', ${simple})`
  const joined = `arrayStringConcat(arrayMap((part, index) -> if(index = 1, part, concat(unhex(left(part, 2)), substring(part, 3))), ${bytes} AS parts, arrayEnumerate(parts)))`
  return `if(position(${raw}, '\\\\') = 0, ${raw}, replaceAll(${joined}, char(0), '\\\\'))`
}

const lines = `SELECT rowNumberInBlock() AS number, trimRight(line, '\\r') AS line, position(line, '] "') AS gap FROM file({path:String}, 'LineAsString', 'line String')`
const isWhole = `gap BETWEEN 20 AND 400 AND endsWith(line, '"') AND match(left(line, 24), '^[0-9]{1,12}\\\\.[0-9]{6} \\\\[[0-9]+ ')`

const select = `
SELECT
    {source:String} AS Source, {cache:String} AS Cache, Database, Client, AtNs, Command, toUInt32(least(one.3, 4294967295)) AS ValueBytes, TtlMs, Seq, one.1 AS Position, ${unescaped('one.2')} AS Key
FROM
(
    SELECT
        Database, Client, AtNs, Seq, Command,
        multiIf(
            Command IN (${manyKeys}), arraySlice(arguments, 2, 1000),
            Command IN ('MSET', 'MSETNX'), arrayFilter((argument, index) -> index % 2 = 0, arraySlice(arguments, 1, 2001), arrayEnumerate(arraySlice(arguments, 1, 2001))),
            Command IN (${scripts}), arraySlice(arguments, 4, least(toInt64(1000), toInt64OrZero(arguments[3]))),
            Command IN ('BLPOP', 'BRPOP', 'BZPOPMIN', 'BZPOPMAX'), arraySlice(arguments, 2, least(toInt64(1000), toInt64(length(arguments)) - 2)),
            length(arguments) < 2, [],
            [arguments[2]]) AS keys,
        arrayMap(word -> upper(word), if(Command IN ('SET', 'SETNX', 'GETEX'), arraySlice(arguments, if(Command = 'GETEX', 3, 4), 6), [])) AS options,
        arrayFirstIndex(word -> word IN ('EX', 'PX', 'EXAT', 'PXAT'), options) AS option,
        toInt64OrZero(options[option + 1]) AS amount,
        intDiv(AtNs, 1000000) AS atMs,
        toInt64OrZero(arguments[3]) AS third,
        multiIf(
            verb IN ('SET', 'GETEX') AND option > 0, if(startsWith(options[option], 'EX'), amount * 1000, amount) - if(endsWith(options[option], 'AT'), atMs, 0),
            verb = 'SET', if(has(options, 'KEEPTTL'), 0, -1),
            verb = 'GETEX', if(has(options, 'PERSIST'), -1, 0),
            verb IN ('SETEX', 'EXPIRE'), third * 1000,
            verb IN ('PSETEX', 'PEXPIRE'), third,
            verb = 'EXPIREAT', greatest(1, third * 1000 - atMs),
            verb = 'PEXPIREAT', greatest(1, third - atMs),
            verb IN ('SETNX', 'MSET', 'MSETNX', 'GETSET', 'PERSIST'), -1,
            0) AS TtlMs,
        multiIf(
            verb IN ('SET', 'SETNX', 'GETSET', 'APPEND'), ${lengthOf('arguments[3]')},
            verb IN ('SETEX', 'PSETEX'), ${lengthOf('arguments[4]')},
            verb IN ('HSET', 'HMSET'), toInt64(length(line)) - gap,
            toInt64(0)) AS bytes,
        -- of several pairs each value has its own length
        arrayMap((key, index) -> toUInt64(greatest(0, if(Command IN ('MSET', 'MSETNX'), toInt64(length(arguments[2 * index + 1])), bytes))), keys, arrayEnumerate(keys)) AS lengths
    FROM
    (
        SELECT
            line, gap, number AS Seq,
            toInt64OrZero(concat(extract(line, '^([0-9]+)'), substring(line, position(line, '.') + 1, 6))) * 1000 AS AtNs,
            substring(line, position(line, '[') + 1, gap - position(line, '[') - 1) AS peer,
            extract(peer, '^[0-9]+') AS Database,
            substring(peer, length(Database) + 2) AS Client,
            arraySlice(splitByString('" "', substring(line, gap + 3, length(line) - gap - 3)), 1, 2100) AS arguments,
            upper(left(arguments[1], 40)) AS verb,
            if(verb = 'SET' AND length(arguments) > 3 AND has(arrayMap(word -> upper(word), arraySlice(arguments, 4, 6)), 'NX'), 'SETNX', verb) AS Command
        FROM (${lines})
        WHERE ${isWhole}
    )
    WHERE Command NOT IN (${keyless})
)
ARRAY JOIN arrayMap((key, index, length) -> (index - 1, key, length), keys, arrayEnumerate(keys), lengths) AS one
WHERE one.2 != '' AND length(one.2) <= 4096`

export interface MonitorFile {
  path: string
  /** As the report names it. */
  source: string
  /** `redis://host:port`; blank when the file does not say. */
  cache: string
}

const settings = {
  short_circuit_function_evaluation: 'enable',
  max_block_size: 16_384,
  // A mapped file counts as memory of the process.
  storage_file_read_method: 'pread',
}

/** Rows that were inserted, and lines that are no commands. The file may be gigabytes: nothing of it is held. */
export async function readMonitorLines(file: MonitorFile, sink: Sink): Promise<{ rows: number; bad: number }> {
  const params = { path: file.path, source: file.source, cache: file.cache }
  const rows = await sink.insertInto('cache_commands', select, params, settings)
  const [counted] = await sink.query<{ bad: number }>(
    `SELECT countIf(NOT (${isWhole}) AND line NOT IN ('', 'OK')) AS bad FROM (${lines})`,
    params,
    settings,
  )
  return { rows, bad: Number(counted?.bad ?? 0) }
}
