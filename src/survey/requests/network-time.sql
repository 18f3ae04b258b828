-- Time on the critical path between CLIENT and SERVER spans, in no service: a row per root operation and edge. From the sampled critical paths.
-- Only calls whose two spans were both seen and that did not fail: what a failed call waited for is not the network.
-- over: walks
--
-- rootService: service of the root
-- rootOperation: operation of the root
-- caller: service that calls
-- callee: service that is called
-- traces: sampled traces with such a call on the critical path
-- calls: those calls
-- networkMs: summed time on the critical path inside the CLIENT spans and outside the SERVER spans, ms
-- rootMs: summed duration of the roots of these traces, ms
-- traceIds: up to ten traces, most time in between first
-- spanIds: up to thirty of the CLIENT spans in the first of traceIds
WITH groupArraySorted(10)((-toInt64(NetworkNs), TraceId)) AS worst
SELECT
    RootService AS rootService,
    RootOperation AS rootOperation,
    Caller AS caller,
    Called AS callee,
    count() AS traces,
    sum(Calls) AS calls,
    sum(NetworkNs) / 1e6 AS networkMs,
    sum(RootNs) / 1e6 AS rootMs,
    worst.2 AS traceIds,
    argMin(SpanIds, (-toInt64(NetworkNs), TraceId)) AS spanIds
FROM
(
    SELECT
        spans.TraceId AS TraceId,
        spans.Service AS Caller,
        spans.Callee AS Called,
        max(walks.RootService) AS RootService,
        max(walks.RootOperation) AS RootOperation,
        max(walks.RootDurationNs) AS RootNs,
        count() AS Calls,
        sum(walks.CriticalNs) AS NetworkNs,
        groupArraySorted(30)(spans.SpanId) AS SpanIds
    FROM spans
    INNER JOIN (SELECT TraceId, SpanId, RootService, RootOperation, RootDurationNs, CriticalNs FROM walks WHERE OnCriticalPath = 1) AS walks
        ON spans.TraceId = walks.TraceId AND spans.SpanId = walks.SpanId
    WHERE spans.Role = 'client' AND spans.Callee != '' AND spans.Error = 0
    GROUP BY TraceId, Caller, Called
)
GROUP BY RootService, RootOperation, Caller, Called
ORDER BY rootService, rootOperation, caller, callee
