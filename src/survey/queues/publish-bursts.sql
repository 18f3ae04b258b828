-- How many messages one request publishes to one destination: one row per service, root operation and destination.
-- Only traces that begin with a request: what a relay or a timer sends at once was not asked for by anybody.
-- over: spans.producer
--
-- service: service that publishes
-- rootService: service of the root
-- operation: operation of the root
-- destination: system://host/name
-- requests: requests that publish to it
-- publishes: messages published
-- p50: median of messages per request that publishes
-- p95: 95th percentile of them
-- most: the most in one request
-- traceIds: up to ten traces, most messages first
-- spanIds: up to thirty of the publishes in the first of traceIds
WITH groupArraySorted(10)((-toInt64(Messages), TraceId)) AS sample
SELECT
    Service AS service,
    RootService AS rootService,
    RootOperation AS operation,
    Destination AS destination,
    count() AS requests,
    sum(Messages) AS publishes,
    quantileExact(0.5)(Messages) AS p50,
    quantileExact(0.95)(Messages) AS p95,
    max(Messages) AS most,
    arrayMap(one -> one.2, sample) AS traceIds,
    argMin(SpanIds, (-toInt64(Messages), TraceId)) AS spanIds
FROM
(
    SELECT TraceId, Service, Destination, sum(greatest(1, if(empty(LinkTraceIds), BatchCount, 1))) AS Messages, groupArraySorted(30)(SpanId) AS SpanIds
    FROM spans
    WHERE Role = 'producer' AND ParentRole != 'producer' AND Destination != '' AND Temporary = 0
    GROUP BY TraceId, Service, Destination
) AS published
INNER JOIN (SELECT TraceId, RootService, RootOperation FROM traces WHERE RootRole = 'server') AS root ON published.TraceId = root.TraceId
GROUP BY Service, RootService, RootOperation, Destination
ORDER BY service, rootService, operation, destination
