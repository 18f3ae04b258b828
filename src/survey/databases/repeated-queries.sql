-- Queries of one statement that one parent sends one after another: a row per service, operation, store, statement and number of repetitions.
-- A query that overlaps its predecessor was sent in parallel and does not count as a repetition.
-- over: spans.query
--
-- service: service that queries
-- operation: operation of the parent span that sends them
-- store: system://host:port/namespace, or system://(service)/namespace when the address is missing
-- system: database system
-- statement: text with literals replaced by ?, at most 2,000 characters
-- statementId: hash of the statement, stable between runs
-- tables: tables it reads or changes, sorted
-- calls: repetitions one after another under one parent; above 100 rounded down to hundreds
-- groups: parents that sent it that often
-- sourced: of those, groups with another query of the same service finished before the first repetition
-- hidden: of the sourced, groups whose sanitised text hides what differed and whose durations do not vary by more than half of their mean
-- writes: of those, groups of statements that write
-- totalMs: summed time of the repetitions, ms
-- p50Ms: median over the groups of the summed time, ms
-- maxMs: most, ms
-- traceIds: up to ten traces, longest first
-- spanIds: up to thirty of the repetitions in the first of traceIds
SELECT
    repeated.service AS service,
    repeated.operation AS operation,
    repeated.store AS store,
    repeated.system AS system,
    known.Text AS statement,
    lower(hex(repeated.hash)) AS statementId,
    repeated.tables AS tables,
    repeated.calls AS calls,
    repeated.groups AS groups,
    repeated.sourced AS sourced,
    repeated.hidden AS hidden,
    repeated.writes AS writes,
    repeated.totalMs AS totalMs,
    repeated.p50Ms AS p50Ms,
    repeated.maxMs AS maxMs,
    repeated.traceIds AS traceIds,
    repeated.spanIds AS spanIds
FROM
(
    WITH groupArraySorted(10)((-toInt64(SummedNs), TraceId)) AS longest
    SELECT
        Service AS service,
        Operation AS operation,
        Store AS store,
        System AS system,
        Hash AS hash,
        arraySort(groupUniqArrayArray(Tables)) AS tables,
        if(Calls > 100, intDiv(Calls, 100) * 100, Calls) AS calls,
        count() AS groups,
        countIf(Sourced) AS sourced,
        countIf(Sourced AND Sanitised = 1 AND Spread <= 0.5) AS hidden,
        countIf(Writes = 1) AS writes,
        sum(SummedNs) / 1e6 AS totalMs,
        quantileExact(0.5)(SummedNs) / 1e6 AS p50Ms,
        max(SummedNs) / 1e6 AS maxMs,
        longest.2 AS traceIds,
        argMin(SpanIds, (-toInt64(SummedNs), TraceId)) AS spanIds
    FROM
    (
        SELECT
            TraceId,
            one.1 AS Service, one.2 AS Store, one.3 AS System, one.4 AS Hash, one.5 AS Operation, one.7 AS Sanitised, one.8 AS Writes, one.9 AS Tables, one.10 AS SpanIds,
            arraySort(sent -> sent.1, one.6) AS Ordered,
            -- sorted by start: a repetition begins when its predecessor has ended, but for the millisecond that some clocks round to
            1 + arrayCount((sent, before) -> sent.1 + least(1000000, intDiv(before.2 - before.1, 2)) >= before.2, arraySlice(Ordered, 2), arrayPopBack(Ordered)) AS Calls,
            arraySum(sent -> sent.2 - sent.1, Ordered) AS SummedNs,
            SummedNs / length(Ordered) AS Mean,
            if(Mean = 0, 0, sqrt(arrayAvg(sent -> pow(sent.2 - sent.1 - Mean, 2), Ordered)) / Mean) AS Spread,
            First.1 <= Ordered[1].1 AND First.2 != Hash AS Sourced
        FROM
        (
            SELECT
                TraceId, ParentKey,
                min((FirstEndNs, StatementHash)) AS First,
                groupArrayIf((Service, Store, System, StatementHash, Operation, Sent, Sanitised, Writes, Tables, SpanIds), length(Sent) >= 2) AS Groups
            FROM
            (
                SELECT
                    TraceId, ParentKey, Service, Store, System, StatementHash,
                    min(ParentOperation) AS Operation,
                    min(EndNs) AS FirstEndNs,
                    groupArray((StartNs, EndNs)) AS Sent,
                    min(Sanitised) AS Sanitised,
                    max(Access = 'write') AS Writes,
                    groupUniqArrayArray(arrayConcat(TablesRead, TablesWritten)) AS Tables,
                    groupArraySorted(30)(SpanId) AS SpanIds
                FROM spans
                WHERE Role = 'query' AND StatementHash != 0 AND ParentKey != 0 AND Error = 0 AND System NOT IN ('redis', 'valkey', 'memcached')
                GROUP BY TraceId, ParentKey, Service, Store, System, StatementHash
            )
            GROUP BY TraceId, ParentKey
            HAVING notEmpty(Groups)
        )
        ARRAY JOIN Groups AS one
    )
    WHERE Calls >= 2
    GROUP BY Service, Operation, Store, System, Hash, calls
) AS repeated
LEFT ANY JOIN (SELECT StatementHash AS KnownHash, System AS KnownSystem, Text FROM statements) AS known ON repeated.hash = known.KnownHash AND repeated.system = known.KnownSystem
ORDER BY service, operation, store, statementId, calls
