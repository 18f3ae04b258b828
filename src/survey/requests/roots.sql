-- How traces begin: one row per service, operation and role of a trace's first span without a parent id.
-- Traces that only have spans with a missing parent are not in it: gaps tells of them.
--
-- service: service of the first root
-- operation: operation of the first root
-- role: server, client, query, producer, consumer or internal
-- traces: traces that begin so
-- several: of those, with more than one span without a parent id
-- laterServices: up to ten services whose spans are the further roots, sorted
-- traceIds: up to ten of the traces
-- spanIds: the first root in each of traceIds
-- severalTraceIds: up to ten of the traces with several roots
-- severalSpanIds: up to ten roots in the first of severalTraceIds
SELECT
    First.3 AS service,
    First.4 AS operation,
    First.5 AS role,
    count() AS traces,
    countIf(Roots > 1) AS several,
    arraySlice(arraySort(groupUniqArrayArray(arrayMap(root -> root.3, arraySlice(Firsts, 2)))), 1, 10) AS laterServices,
    arrayMap(sample -> sample.2, groupArraySorted(10)((cityHash64(TraceId), TraceId, First.2))) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySorted(10)((cityHash64(TraceId), TraceId, First.2))) AS spanIds,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(TraceId), TraceId), Roots > 1)) AS severalTraceIds,
    arrayMap(root -> root.2, argMinIf(Firsts, (cityHash64(TraceId), TraceId), Roots > 1)) AS severalSpanIds
FROM
(
    SELECT
        TraceId,
        count() AS Roots,
        groupArraySorted(10)((StartNs, SpanId, toString(Service), toString(Operation), toString(Role))) AS Firsts,
        Firsts[1] AS First
    FROM spans
    WHERE ParentSpanId = ''
    GROUP BY TraceId
)
GROUP BY First.3, First.4, First.5
ORDER BY traces DESC, service, operation, role
