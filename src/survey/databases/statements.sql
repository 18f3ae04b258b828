-- One row per service, store and statement (literals replaced): how often it runs and how long it takes.
-- over: spans.query
--
-- service: service that sends it
-- store: system://host:port/namespace, or system://(service)/namespace when the address is missing
-- statement: text with literals replaced by ?, at most 2,000 characters
-- statementId: hash of the statement, stable between runs
-- operation: verb and table
-- tables: tables it reads or changes, sorted
-- spans: how often
-- traces: distinct traces
-- errors: of those, failed
-- totalMs: summed duration, ms
-- p50Ms: median, ms
-- p95Ms: 95th percentile, ms
-- maxMs: longest, ms
-- longestMs: durations of the hundred longest, ms, longest first
-- traceIds: up to ten traces, slowest first
-- spanIds: the statement's span in each of traceIds
SELECT
    sent.service AS service,
    sent.store AS store,
    known.Text AS statement,
    lower(hex(sent.hash)) AS statementId,
    sent.operation AS operation,
    sent.tables AS tables,
    sent.spans AS spans,
    sent.traces AS traces,
    sent.errors AS errors,
    sent.totalMs AS totalMs,
    sent.p50Ms AS p50Ms,
    sent.p95Ms AS p95Ms,
    sent.maxMs AS maxMs,
    sent.longestMs AS longestMs,
    sent.traceIds AS traceIds,
    sent.spanIds AS spanIds
FROM
(
    WITH groupArraySorted(100)((-toInt64(DurationNs), TraceId, SpanId)) AS slowest
    SELECT
        Service AS service,
        Store AS store,
        System AS system,
        StatementHash AS hash,
        min(Operation) AS operation,
        arraySort(groupUniqArrayArray(arrayConcat(TablesRead, TablesWritten))) AS tables,
        count() AS spans,
        uniqExact(cityHash64(TraceId)) AS traces,
        sum(Error) AS errors,
        sum(DurationNs) / 1e6 AS totalMs,
        quantileExact(0.5)(DurationNs) / 1e6 AS p50Ms,
        quantileExact(0.95)(DurationNs) / 1e6 AS p95Ms,
        max(DurationNs) / 1e6 AS maxMs,
        arrayMap(one -> -one.1 / 1e6, slowest) AS longestMs,
        arraySlice(slowest.2, 1, 10) AS traceIds,
        arraySlice(slowest.3, 1, 10) AS spanIds
    FROM spans
    WHERE Role = 'query' AND StatementHash != 0 AND System NOT IN ('redis', 'valkey', 'memcached')
    GROUP BY Service, Store, System, StatementHash
) AS sent
LEFT ANY JOIN (SELECT StatementHash AS KnownHash, System AS KnownSystem, Text FROM statements) AS known ON sent.hash = known.KnownHash AND sent.system = known.KnownSystem
ORDER BY service, store, statementId
