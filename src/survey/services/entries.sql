-- What a service is asked, and how often the question comes without a trace. Ids are a sample spread over the entries that are roots.
--
-- service: service that is asked
-- operation: operation that it offers
-- role: server or consumer
-- entries: how often it was asked
-- roots: of those, spans with neither a parent id nor a link
-- traceIds: up to ten traces that begin with such an entry
-- spanIds: the entry in each of traceIds
SELECT
    Service AS service,
    Operation AS operation,
    Role AS role,
    count() AS entries,
    countIf(ParentSpanId = '' AND empty(LinkTraceIds)) AS roots,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), ParentSpanId = '' AND empty(LinkTraceIds))) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), ParentSpanId = '' AND empty(LinkTraceIds))) AS spanIds
FROM spans
WHERE Role IN ('server', 'consumer')
GROUP BY Service, Operation, Role
ORDER BY service, operation, role
