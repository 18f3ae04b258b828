-- How much of each root operation the sample of critical paths covers.
-- over: walks
--
-- rootService: service of the root
-- rootOperation: operation of the root
-- traces: sampled traces
-- rootMs: summed duration of their roots, ms
SELECT RootService AS rootService, RootOperation AS rootOperation, uniqExact(TraceId) AS traces, sum(RootNs) / 1e6 AS rootMs
FROM
(
    SELECT TraceId, max(walks.RootService) AS RootService, max(walks.RootOperation) AS RootOperation, max(RootDurationNs) AS RootNs
    FROM walks
    GROUP BY TraceId
)
GROUP BY RootService, RootOperation
ORDER BY rootService, rootOperation
