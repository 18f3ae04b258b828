-- For one range of buckets of keys: what a capture says, replayed key by key.
-- A read of a key that was written, has not expired and was not deleted is a hit; one of a key that is gone is a miss, and so is one that its
-- reader answers with a write within five seconds. Of other keys, written before the capture began, the capture says nothing (2, as in traces).
-- What is easily got wrong: eviction shows in no capture, so under memory pressure hits are counted too high; the counters of the server tell.
WITH
    toInt64(5000000000) AS soonNs,
    toInt64(9000000000000000000) AS forever,
    -- a pool answers on another connection of the same machine
    client -> if(match(client, ':[0-9]+$'), substring(client, 1, length(client) - position(reverse(client), ':')), client) AS machine
SELECT
    'capture' AS Origin, 1 AS Counted, Cache, '' AS Service, one.5 AS Client, '' AS TraceId, '' AS SpanId, toUInt64(0) AS ParentKey, one.1 AS AtNs, toUInt64(0) AS DurationNs, one.2 AS Seq,
    one.4 AS Command, one.3 AS Kind, Key, KeyHash, Pattern, one.6 AS ValueBytes, one.7 AS TtlMs,
    hit AS Hit,
    toUInt8(0) AS Error, toUInt8(0) AS RequestError,
    if(hit = 1, one.1 - since, -1) AS AgeNs,
    fills AS Fills,
    if(hit = 0, filled, 0) AS FilledNs,
    toInt64(0) AS FillNs, toInt64(0) AS SourceNs, toInt64(0) AS SourceStartNs, '' AS SourceKind, '' AS SourceStore, '' AS SourceTable, toUInt64(0) AS SourceHash, '' AS SourceSpanId
FROM
(
    SELECT
        Cache, KeyHash, Key, events, hits, sinces,
        multiIf(Template = '', '', known.Pattern != '', known.Pattern, concat(extract(Template, '^[^:/|.]*'), ':{…}')) AS Pattern,
        arrayMap((event, next) -> if(next.3 = 'write', next.1, 0), events, nexts) AS fillings,
        -- a write answers the read before it, when that was a miss
        arrayFill(asked -> asked.2 = 'read', arrayMap((event, hit) -> (event.1, event.3, hit), events, hits)) AS asks,
        arrayMap((event, asked) -> event.3 = 'write' AND asked.2 = 'read' AND asked.3 = 0 AND event.1 - asked.1 <= soonNs, events, asks) AS answers
    FROM
    (
        SELECT
            Cache, KeyHash,
            min(touches.Key) AS Key,
            min(touches.Template) AS Template,
            arraySort(groupArray((AtNs, Seq, toString(Kind), toString(Command), toString(Client), ValueBytes, TtlMs))) AS events,
            arrayFill(state -> state.2 >= 0, arrayMap(event -> (event.1, multiIf(
                event.3 = 'delete', 0,
                event.3 NOT IN ('write', 'expire'), -1,
                event.7 > 0, event.1 + least(event.7, 3155760000000) * 1000000,
                event.3 = 'write' OR event.7 = -1, forever,
                -1)), events)) AS states,
            arrayReverseFill(event -> event.3 = 'write', events) AS nexts,
            arrayMap((event, state, next) -> multiIf(
                -- a hash or a list without entries is no miss: it may be an empty basket
                event.3 != 'read' OR event.4 NOT IN ('GET', 'MGET', 'GETS', 'GETEX', 'GAT', 'JSON.GET'), -1,
                state.2 > event.1, 1,
                next.3 = 'write' AND next.1 - event.1 <= soonNs AND machine(next.5) = machine(event.5), 0,
                state.2 >= 0, 0,
                2), events, states, nexts) AS hits,
            arrayMap(state -> state.1, states) AS sinces
        FROM touches
        WHERE Origin = 'capture' AND KeyHash % 64 BETWEEN {first:UInt8} AND {last:UInt8}
        GROUP BY Cache, KeyHash
    ) AS replayed
    LEFT ANY JOIN key_patterns AS known ON replayed.Template = known.Template
)
ARRAY JOIN events AS one, hits AS hit, sinces AS since, fillings AS filled, answers AS fills
