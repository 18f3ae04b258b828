-- Which service reads and writes which table of which store. Key-value stores have no tables.
-- over: spans.query
--
-- store: system://host:port/namespace, or system://(service)/namespace when the address is missing
-- known: 1 when the identity of the store can be compared between services
-- table: as the statement names it, lower case
-- service: service that uses it
-- spans: how often
-- reads: spans that read it
-- writes: spans that change it
-- traces: distinct traces
-- totalMs: summed duration, ms
-- traceIds: up to ten traces, writes first
-- spanIds: up to thirty of the spans in the first of traceIds
WITH groupArraySorted(30)((toUInt8(Written = 0), TraceId, SpanId)) AS picked
SELECT
    Store AS store,
    StoreKnown AS known,
    TableName AS table,
    Service AS service,
    count() AS spans,
    countIf(Read = 1) AS reads,
    countIf(Written = 1) AS writes,
    uniqExact(cityHash64(TraceId)) AS traces,
    sum(DurationNs) / 1e6 AS totalMs,
    arraySlice(arrayDistinct(picked.2), 1, 10) AS traceIds,
    arrayMap(one -> one.3, arrayFilter(one -> one.2 = picked[1].2, picked)) AS spanIds
FROM
(
    SELECT TraceId, SpanId, Service, Store, StoreKnown, DurationNs, TableName,
        has(TablesRead, TableName) AS Read, has(TablesWritten, TableName) AS Written
    FROM spans
    ARRAY JOIN arrayDistinct(arrayConcat(TablesRead, TablesWritten)) AS TableName
    WHERE Role = 'query'
)
GROUP BY Store, StoreKnown, TableName, Service
ORDER BY store, table, service
