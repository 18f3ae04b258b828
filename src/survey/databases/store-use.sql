-- Which service uses which store, and how.
-- over: spans.query
--
-- store: system://host:port/namespace, or system://(service)/namespace when the address is missing
-- system: database system
-- known: 1 when the identity can be compared between services
-- service: service that uses it
-- spans: how often
-- reads: of those, reads
-- writes: of those, writes
-- errors: of those, failed
-- tables: distinct tables named
-- traces: distinct traces
-- totalMs: summed duration, ms
-- p50Ms: median duration, ms
-- p95Ms: 95th percentile, ms
-- traceIds: up to ten traces
SELECT
    Store AS store,
    System AS system,
    StoreKnown AS known,
    Service AS service,
    count() AS spans,
    countIf(Access = 'read') AS reads,
    countIf(Access = 'write') AS writes,
    sum(Error) AS errors,
    length(groupUniqArrayArray(arrayConcat(TablesRead, TablesWritten))) AS tables,
    uniqExact(cityHash64(TraceId)) AS traces,
    sum(DurationNs) / 1e6 AS totalMs,
    quantileExact(0.5)(DurationNs) / 1e6 AS p50Ms,
    quantileExact(0.95)(DurationNs) / 1e6 AS p95Ms,
    arrayDistinct(groupArraySorted(10)(TraceId)) AS traceIds
FROM spans
WHERE Role = 'query'
GROUP BY Store, System, StoreKnown, Service
ORDER BY store, service
