-- Keys that commands touched: those of a range of buckets of traces, and with the first range those of captures.
-- Three levels, innermost first: lines of a span's statement (a pipeline has several) · verb and words · keys.
-- What instrumentations write differs: `get book:12`, `set menu [3 other arguments]`, `SET menu ? ? ?`, `set menu {"a": 1} ex 60`, `GET ?`, `GET`.
WITH
    ['GET', 'GETS', 'MGET', 'GETEX', 'GAT', 'HGET', 'HMGET', 'HGETALL', 'JSON.GET', 'GETRANGE', 'SMEMBERS', 'LRANGE', 'ZRANGE', 'ZRANGEBYSCORE', 'ZREVRANGE',
        'HLEN', 'HKEYS', 'HVALS', 'HEXISTS', 'HSCAN', 'HSTRLEN', 'EXISTS', 'STRLEN', 'LLEN', 'LINDEX', 'SCARD', 'SISMEMBER', 'SMISMEMBER', 'SRANDMEMBER', 'ZCARD', 'ZCOUNT', 'ZSCORE', 'ZRANK', 'ZREVRANK', 'GETBIT', 'BITCOUNT', 'PFCOUNT',
        'SET', 'SETEX', 'PSETEX', 'MSET', 'GETSET', 'APPEND', 'SETRANGE', 'PREPEND', 'ADD', 'REPLACE', 'CAS', 'HSET', 'HMSET', 'JSON.SET', 'SADD', 'ZADD', 'RESTORE',
        'DEL', 'UNLINK', 'DELETE', 'GETDEL',
        'EXPIRE', 'PEXPIRE', 'EXPIREAT', 'PEXPIREAT', 'PERSIST', 'TOUCH'] AS verbs,
    arrayConcat(
        arrayResize(['read'], 15, 'read'), arrayResize(['look'], 22, 'look'), arrayResize(['write'], 17, 'write'), arrayResize(['delete'], 4, 'delete'), arrayResize(['expire'], 6, 'expire')) AS kinds,
    -- numbers, and words that are made of digits, are ids; a digit or two at the end of a word are a version
    replaceRegexpAll(toLowCardinality(left(key, 512)), '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+Z?)?|[^:/|,;@ {}]+@[^:/|,;@ {}]+\\.[A-Za-z]+', '{id}') AS whole,
    replaceRegexpAll(whole, '[A-Za-z]*[0-9][0-9a-zA-Z]{15,}|[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,}|[0-9]{3,}', '{id}') AS long,
    -- twice, because neighbours share a separator
    replaceRegexpAll(long, '(^|[^A-Za-z0-9}.])[0-9]+([^A-Za-z0-9{.]|$)', '\\1{id}\\2') AS once
SELECT
    Origin,
    place AS Cache,
    Service,
    Client,
    TraceId,
    SpanId,
    ParentKey,
    AtNs,
    DurationNs,
    Seq,
    verb AS Command,
    multiIf(verb = 'FAILURE', 'failure', transform(verb, verbs, kinds, 'other')) AS Kind,
    left(key, 512) AS Key,
    cityHash64(place, Key) AS KeyHash,
    replaceRegexpAll(once, '(^|[^A-Za-z0-9}.])[0-9]+([^A-Za-z0-9{.]|$)', '\\1{id}\\2') AS Template,
    ValueBytes,
    TtlMs,
    StatedHit,
    Error,
    RequestError
FROM
(
    SELECT
        'trace' AS Origin, place, Service, '' AS Client, TraceId, SpanId, ParentKey, AtNs, DurationNs, toUInt64(position) AS Seq,
        verb, arrayJoin(if(empty(keys), [''], keys)) AS key, toUInt32(0) AS ValueBytes, ttlMs AS TtlMs, StatedHit, Error, RequestError
    FROM
    (
        WITH
            (verb IN ('EVAL', 'EVALSHA', 'FCALL', 'EVAL_RO', 'EVALSHA_RO', 'FCALL_RO')) AS script,
            arrayMap(word -> if(match(word, '^(\\?.*|<.*>|\\*+|\\.\\.\\.|…)$'), '', word), words) AS shown
        SELECT
            place, Service, TraceId, SpanId, ParentKey, AtNs, DurationNs, position, StatedHit, Error, RequestError,
            multiIf(verb = 'SET' AND match(upper(line), ' NX( |$)'), 'SETNX', verb) AS verb,
            arraySlice(arrayFilter(word -> word != '', multiIf(
                notEmpty(words) AND verb IN ('MGET', 'DEL', 'UNLINK', 'EXISTS', 'GETS', 'DELETE'), shown,
                notEmpty(words) AND memcached AND verb = 'GET', shown,
                notEmpty(words) AND verb IN ('MSET', 'MSETNX'), arrayFilter((word, index) -> index % 2 = 1, shown, arrayEnumerate(shown)),
                script AND match(words[2], '^[0-9]+$'), arraySlice(shown, 3, toUInt32OrZero(words[2])),
                script, [],
                notEmpty(words), arraySlice(shown, 1, 1),
                CacheKey != '', [trim(BOTH '[]"' FROM CacheKey)],
                [])), 1, 1000) AS keys,
            toInt64OrZero(option[2]) AS number,
            intDiv(AtNs, 1000000) AS atMs,
            multiIf(
                verb IN ('SETEX', 'EXPIRE'), if(toInt64OrZero(words[2]) > 0, toInt64OrZero(words[2]) * 1000, -2),
                verb IN ('PSETEX', 'PEXPIRE'), if(toInt64OrZero(words[2]) > 0, toInt64OrZero(words[2]), -2),
                verb IN ('EXPIREAT', 'PEXPIREAT'), -2,
                verb IN ('GETSET', 'MSET', 'PERSIST'), -1,
                verb IN ('SET', 'ADD', 'REPLACE') AND memcached, multiIf(
                    length(words) = 4 AND match(words[3], '^[0-9]+$'), if(words[3] = '0', -1, toInt64OrZero(words[3]) * 1000),
                    0),
                verb IN ('SET', 'GETEX', 'JSON.SET'), multiIf(
                    number > 0, if(upper(option[1]) IN ('EX', 'EXAT'), number * 1000, number) - if(endsWith(upper(option[1]), 'AT'), atMs, 0),
                    verb != 'SET' OR cut OR match(upper(line), ' KEEPTTL( |$)'), 0,
                    hidden > 0, multiIf(hidden = 1, -1, hidden = 2, 0, -2),
                    length(words) >= 2 AND length(words) = length(arrayFilter(word -> word = '?', words)) + 1, multiIf(length(words) = 2, -1, length(words) = 3, 0, -2),
                    length(words) < 2 OR words[2] = '?', 0,
                    -1),
                0) AS ttlMs
        FROM
        (
            SELECT
                place, Service, TraceId, SpanId, ParentKey, AtNs, DurationNs, CacheKey, StatedHit, Error, RequestError, memcached,
                one.1 AS position,
                trimBoth(one.2) AS line,
                extract(line, ' \\[([0-9]+) other arguments\\]$') AS hiddenText,
                toUInt32OrZero(hiddenText) AS hidden,
                if(hiddenText = '', line, substring(line, 1, length(line) - length(hiddenText) - length(' [ other arguments]'))) AS told,
                arrayFilter(word -> word != '', splitByChar(' ', told)) AS parts,
                upper(parts[1]) AS verb,
                arraySlice(parts, 2) AS words,
                endsWith(line, '...') OR endsWith(line, '…') OR length(line) >= 19999 AS cut,
                extractGroups(line, '(?i) (EX|PX|EXAT|PXAT) ([0-9]+)(?: (?:NX|XX|GET))*$') AS option
            FROM
            (
                SELECT
                    span.Store AS place, span.Service AS Service, span.TraceId AS TraceId, span.SpanId AS SpanId, span.ParentKey AS ParentKey, span.StartNs AS AtNs,
                    span.DurationNs AS DurationNs, asked.CacheKey AS CacheKey, asked.StatedHit AS StatedHit, span.Error AS Error, span.ParentError AS RequestError,
                    span.System = 'memcached' AS memcached,
                    arrayJoin(arrayMap((text, index) -> (index, text), arraySlice(arrayFilter(text -> text != '', splitByChar('\n', if(asked.Statement = '', toString(span.Command), asked.Statement))) AS lines, 1, 200), arrayEnumerate(arraySlice(lines, 1, 200)))) AS one
                FROM
                (
                    SELECT SpanKey, Store, System, Service, TraceId, SpanId, ParentKey, StartNs, DurationNs, Command, Error, ParentError
                    FROM spans
                    WHERE Role = 'query' AND System IN ('redis', 'valkey', 'memcached') AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
                ) AS span
                LEFT ANY JOIN
                (
                    SELECT SpanKey, Statement, CacheKey, StatedHit
                    FROM normalised
                    WHERE System IN ('redis', 'valkey', 'memcached') AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
                ) AS asked ON span.SpanKey = asked.SpanKey
            )
        )
    )
    WHERE verb NOT IN ('PING', 'INFO', 'SELECT', 'AUTH', 'HELLO', 'CLIENT', 'CONFIG', 'MULTI', 'EXEC', 'DISCARD', 'WATCH', 'UNWATCH', 'COMMAND', 'CLUSTER', 'SCRIPT', 'ECHO', 'QUIT', 'TIME', 'CONNECT',
        'PUBLISH', 'SPUBLISH', 'SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'UNSUBSCRIBE', 'READONLY', 'ROLE', 'WAIT', 'DBSIZE', 'SCAN', 'KEYS', 'FLUSHDB', 'FLUSHALL', 'STATS', 'VERSION', 'SLOWLOG', 'MEMORY', 'PIPELINE')
    UNION ALL
    -- a request that failed with the words of a cache client, once a service of a trace; which cache it was, the words do not say
    SELECT
        'trace' AS Origin, '' AS place, toString(Service) AS Service, '' AS Client, TraceId, min(SpanId) AS SpanId, min(ParentKey) AS ParentKey, min(StartNs) AS AtNs, toUInt64(0) AS DurationNs, toUInt64(0) AS Seq,
        'FAILURE' AS verb, '' AS key, toUInt32(0) AS ValueBytes, toInt64(0) AS TtlMs, toInt8(-1) AS StatedHit, toUInt8(1) AS Error, toUInt8(1) AS RequestError
    FROM normalised
    WHERE CacheFailed = 1 AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    GROUP BY TraceId, Service
    UNION ALL
    SELECT
        'capture' AS Origin,
        transform(concat(Cache, '/', Database), {captured:Array(String)}, {stores:Array(String)}, if(Cache = '', concat('redis:///', Database), concat(Cache, if(Database = '', '', '/'), Database))) AS place,
        '' AS Service, toString(Client) AS Client, '' AS TraceId, '' AS SpanId, toUInt64(0) AS ParentKey, AtNs, toUInt64(0) AS DurationNs, Seq * 64 + Position AS Seq,
        toString(Command) AS verb, Key AS key, ValueBytes, TtlMs, toInt8(-1) AS StatedHit, toUInt8(0) AS Error, toUInt8(0) AS RequestError
    FROM cache_commands
    WHERE {captures:UInt8} = 1
)
