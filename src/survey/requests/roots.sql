-- How traces begin: one row per service, operation and role of a trace's first span without a parent id.
-- Traces that only have spans with a missing parent are not in it: gaps tells of them. Nearly all traces have one root, which is known already.
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
    Service AS service, Operation AS operation, Role AS role,
    count() AS traces,
    countIf(Roots > 1) AS several,
    arraySlice(arraySort(groupUniqArrayArray(Later)), 1, 10) AS laterServices,
    -- of numbers first: each row of texts that is compared costs more than all else here
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(TraceId), TraceId, SpanId), Roots > 1 OR cityHash64(TraceId) IN
    (
        SELECT arrayJoin(groupArraySorted(10)(cityHash64(TraceId))) FROM traces WHERE Roots = 1 GROUP BY RootService, RootOperation, RootRole
    )) AS samples) AS traceIds,
    arrayMap(sample -> sample.3, samples) AS spanIds,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(TraceId), TraceId), Roots > 1)) AS severalTraceIds,
    argMinIf(SpanIds, (cityHash64(TraceId), TraceId), Roots > 1) AS severalSpanIds
FROM
(
    SELECT TraceId, RootSpanId AS SpanId, RootService AS Service, RootOperation AS Operation, RootRole AS Role, Roots,
        CAST([] AS Array(String)) AS Later, CAST([] AS Array(String)) AS SpanIds
    FROM traces
    WHERE Roots = 1
    UNION ALL
    SELECT TraceId, Firsts[1].2 AS SpanId, Firsts[1].3 AS Service, Firsts[1].4 AS Operation, Firsts[1].5 AS Role, Roots,
        arrayMap(root -> root.3, arraySlice(Firsts, 2)) AS Later, arrayMap(root -> root.2, Firsts) AS SpanIds
    FROM
    (
        SELECT TraceId, count() AS Roots, groupArraySorted(10)((StartNs, SpanId, toString(Service), toString(Operation), toString(Role))) AS Firsts
        FROM spans
        WHERE ParentSpanId = '' AND TraceId IN (SELECT TraceId FROM traces WHERE Roots > 1)
        GROUP BY TraceId
    )
)
GROUP BY Service, Operation, Role
ORDER BY traces DESC, service, operation, role
