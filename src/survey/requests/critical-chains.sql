-- How many services the critical path of a request passes one after another: a row per root operation and path. From the sampled critical paths.
-- over: walks
--
-- rootService: service of the root
-- rootOperation: operation of the root
-- path: services from the root to the deepest span on the critical path
-- hops: synchronous steps between services on that path
-- traces: sampled traces whose deepest point on the critical path this is
-- p50Ms: median duration of their roots, ms
-- traceIds: up to ten traces, slowest first
-- spanIds: the deepest span in the first of traceIds
WITH groupArraySorted(10)((-toInt64(RootNs), TraceId)) AS slowest
SELECT
    RootService AS rootService,
    RootOperation AS rootOperation,
    Path AS path,
    max(Hops) AS hops,
    count() AS traces,
    quantileExact(0.5)(RootNs) / 1e6 AS p50Ms,
    slowest.2 AS traceIds,
    [argMin(SpanId, (-toInt64(RootNs), TraceId))] AS spanIds
FROM
(
    SELECT
        TraceId,
        max(walks.RootService) AS RootService,
        max(walks.RootOperation) AS RootOperation,
        max(RootDurationNs) AS RootNs,
        max(walks.Hops) AS Hops,
        argMin(walks.Path, (-toInt32(walks.Hops), Position)) AS Path,
        argMin(walks.SpanId, (-toInt32(walks.Hops), Position)) AS SpanId
    FROM walks
    WHERE OnCriticalPath = 1
    GROUP BY TraceId
)
GROUP BY RootService, RootOperation, Path
ORDER BY rootService, rootOperation, hops DESC, path
