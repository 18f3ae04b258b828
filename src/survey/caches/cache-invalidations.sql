-- Writes to the tables behind a pattern of keys, and whether the cache was told: a row for each pattern and table.
-- The tables are those that were read on its misses. A write is told when its trace, or a trace that a message of it led to, deletes or writes
-- a key of the pattern; a write that answers a miss tells nobody.
-- over: accesses
-- over: spans.query
--
-- cache: as in cachePatterns
-- pattern: as in cachePatterns
-- store: database of the table
-- table: table that is read on misses
-- misses: misses that were answered from it
-- writes: writes to it
-- told: of those, writes after which the cache was told
-- writers: services that write it
-- tellers: services that tell the cache in the traces of those writes
-- operations: root operations of the untold writes, at most five
-- spanSeconds: from the first to the last write, s
-- traceIds: up to ten traces of untold writes
-- spanIds: those writes
WITH
    behind AS
    (
        SELECT Cache, Pattern, Store, Table, n AS Misses
        FROM
        (
            SELECT Cache, Pattern, SourceStore AS Store, arrayJoin(splitByChar(',', toString(SourceTable))) AS Table, count() AS n,
                max(n) OVER (PARTITION BY Cache, Pattern) AS most
            FROM accesses
            WHERE SourceKind = 'query' AND SourceTable != ''
            GROUP BY Cache, Pattern, Store, Table
        )
        WHERE n * 2 >= most AND n >= 3
    ),
    tellings AS
    (
        SELECT TraceId, Cache, Pattern, Service FROM accesses
        WHERE Origin = 'trace' AND (Kind = 'delete' OR Kind = 'write' AND Fills = 0) AND (Cache, Pattern) IN (SELECT Cache, Pattern FROM behind)
    ),
    told AS
    (
        SELECT TraceId, Cache, Pattern, groupUniqArray(toString(Service)) AS Tellers
        FROM
        (
            SELECT TraceId, Cache, Pattern, Service FROM tellings
            UNION ALL
            SELECT ProducerTraceId AS TraceId, Cache, Pattern, Service
            FROM (SELECT DISTINCT ProducerTraceId, ConsumerTraceId FROM deliveries WHERE ProducerTraceId != ConsumerTraceId) AS delivery
            INNER JOIN tellings ON delivery.ConsumerTraceId = tellings.TraceId
        )
        GROUP BY TraceId, Cache, Pattern
    ),
    groupArraySortedIf(10)((written.StartNs, written.TraceId, written.SpanId), empty(told.Tellers)) AS untold
SELECT
    behind.Cache AS cache,
    behind.Pattern AS pattern,
    behind.Store AS store,
    behind.Table AS table,
    max(behind.Misses) AS misses,
    count() AS writes,
    countIf(notEmpty(told.Tellers)) AS told,
    arraySort(groupUniqArray(toString(written.Service))) AS writers,
    arraySort(groupUniqArrayArray(told.Tellers)) AS tellers,
    arraySlice(arraySort(groupUniqArrayIf(traces.RootOperation, empty(told.Tellers))), 1, 5) AS operations,
    (max(written.StartNs) - min(written.StartNs)) / 1e9 AS spanSeconds,
    untold.2 AS traceIds,
    untold.3 AS spanIds
FROM
(
    SELECT TraceId, SpanId, Service, Store, StartNs, arrayJoin(TablesWritten) AS Table
    FROM spans
    WHERE Role = 'query' AND Access = 'write' AND Error = 0 AND hasAny(TablesWritten, (SELECT groupUniqArray(Table) FROM behind))
) AS written
INNER JOIN behind ON written.Store = behind.Store AND written.Table = behind.Table
LEFT ANY JOIN told ON written.TraceId = told.TraceId AND behind.Cache = told.Cache AND behind.Pattern = told.Pattern
LEFT ANY JOIN traces ON written.TraceId = traces.TraceId
GROUP BY cache, pattern, store, table
ORDER BY cache, pattern, store, table
