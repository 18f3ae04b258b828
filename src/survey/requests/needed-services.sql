-- Which services a request waits for: a row per root operation and service. From the sampled critical paths.
-- over: walks
--
-- rootService: service of the root
-- rootOperation: operation of the root
-- service: service that gives off spans in its traces
-- traces: sampled traces in which the root waits for a span of this service
-- traceIds: up to ten of them
SELECT
    RootService AS rootService,
    RootOperation AS rootOperation,
    Service AS service,
    count() AS traces,
    groupArraySorted(10)(TraceId) AS traceIds
FROM
(
    SELECT walks.TraceId AS TraceId, max(walks.RootService) AS RootService, max(walks.RootOperation) AS RootOperation, spans.Service AS Service
    FROM spans
    INNER JOIN (SELECT TraceId, SpanId, RootService, RootOperation FROM walks WHERE Synchronous = 1) AS walks
        ON spans.TraceId = walks.TraceId AND spans.SpanId = walks.SpanId
    GROUP BY TraceId, Service
)
GROUP BY RootService, RootOperation, Service
ORDER BY rootService, rootOperation, service
