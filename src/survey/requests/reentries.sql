-- Requests that come back into a service that is still waiting further up: a row per path. From the sampled critical paths; at most 500 paths, the most frequent.
-- over: walks
--
-- path: services from the root to the second entry, in the order in which the request passes them
-- traces: sampled traces
-- traceIds: up to ten of them
-- spanIds: up to thirty of the second entries in the first of traceIds
SELECT
    Path AS path,
    count() AS traces,
    groupArraySorted(10)(TraceId) AS traceIds,
    argMin(SpanIds, TraceId) AS spanIds
FROM
(
    SELECT TraceId, Path, groupArraySorted(30)(SpanId) AS SpanIds
    FROM walks
    WHERE Reentered = 1
    GROUP BY TraceId, Path
)
GROUP BY Path
ORDER BY traces DESC, path
LIMIT 500
