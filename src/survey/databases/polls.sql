-- Who asks a database again and again without having been asked: a row per service, store and statement.
-- A poll is a reading statement in a trace that begins in its service with neither a SERVER nor a CONSUMER span (a timer, a loop), or one anywhere that skips locked rows, as consumers of a queue in a table do.
-- Statements of one trace count once. Intervals are those between polls of one instance, of which the first ten thousand count; their quartiles are not disturbed by a pause or a burst.
-- over: spans.query
--
-- service: service that polls
-- store: system://host:port/namespace, or system://(service)/namespace when the address is missing
-- known: 1 when the identity of the store can be compared between services
-- statement: text with literals replaced by ?, at most 2,000 characters; empty when unknown
-- operation: verb and table
-- tables: tables that it names, sorted
-- polls: traces with the statement
-- skipsLocked: 1 when it skips rows that somebody else has locked
-- intervals: intervals between polls
-- medianMs: median interval, ms; 0 without intervals
-- variation: distance of the quartiles of the intervals, divided by the median
-- traceIds: up to ten traces
-- spanIds: the statement's span in each of traceIds
SELECT
    polled.Service AS service,
    polled.Store AS store,
    polled.StoreKnown AS known,
    known.Text AS statement,
    polled.Operation AS operation,
    polled.Tables AS tables,
    polled.Polls AS polls,
    match(known.Text, '(?i)\\bskip\\s+locked\\b|\\breadpast\\b') AS skipsLocked,
    length(polled.Intervals) AS intervals,
    Quartiles[2] / 1e6 AS medianMs,
    (Quartiles[3] - Quartiles[1]) / greatest(1, Quartiles[2]) AS variation,
    polled.Samples.1 AS traceIds,
    polled.Samples.2 AS spanIds
FROM
(
    SELECT
        Service, Store, StoreKnown, System, StatementHash, Operation,
        arraySort(groupUniqArrayArray(Tables)) AS Tables,
        sum(Polls) AS Polls,
        groupArrayArray(arrayPopFront(arrayDifference(Starts))) AS Intervals,
        if(empty(Intervals), [0, 0, 0], arrayReduce('quantilesExact(0.25, 0.5, 0.75)', Intervals)) AS Quartiles,
        arraySlice(arraySort(arrayFlatten(groupArray(Samples))), 1, 10) AS Samples
    FROM
    (
        SELECT
            Service, Instance, Store, StoreKnown, System, StatementHash, Operation,
            groupUniqArrayArray(Tables) AS Tables,
            count() AS Polls,
            groupArraySorted(10000)(FirstNs) AS Starts,
            groupArraySorted(10)((TraceId, SpanId)) AS Samples
        FROM
        (
            SELECT
                TraceId, Service, Instance, Store, StoreKnown, System, StatementHash, Operation,
                groupUniqArrayArray(arrayConcat(TablesRead, TablesWritten)) AS Tables,
                min(StartNs) AS FirstNs,
                argMin(SpanId, (StartNs, SpanId)) AS SpanId
            FROM spans
            WHERE Role = 'query' AND System NOT IN ('redis', 'valkey', 'memcached') AND Error = 0
                AND (StatementHash IN (SELECT StatementHash FROM statements WHERE match(Text, '(?i)\\bskip\\s+locked\\b|\\breadpast\\b'))
                    OR (Access = 'read' AND (TraceId, Service) IN (SELECT TraceId, RootService FROM traces WHERE RootRole IN ('internal', 'query'))))
            GROUP BY TraceId, Service, Instance, Store, StoreKnown, System, StatementHash, Operation
        )
        GROUP BY Service, Instance, Store, StoreKnown, System, StatementHash, Operation
    )
    GROUP BY Service, Store, StoreKnown, System, StatementHash, Operation
) AS polled
LEFT ANY JOIN (SELECT StatementHash AS KnownHash, System AS KnownSystem, Text FROM statements) AS known ON polled.StatementHash = known.KnownHash AND polled.System = known.KnownSystem
WHERE notEmpty(tables)
ORDER BY service, store, operation, polls DESC, statement
