-- Which service publishes to or consumes from which destination.
-- over: spans.messaging
--
-- destination: system://host/name
-- system: messaging system
-- name: queue, topic or exchange:routing-key
-- service: service
-- role: producer or consumer
-- spans: publishes, or receives and processings
-- errors: of those, failed
-- linked: consumer spans with a producer as parent or at least one link
-- traces: distinct traces
-- p50Ms: median duration, ms
-- p95Ms: 95th percentile, ms
-- traceIds: up to ten traces
WITH quantilesExact(0.5, 0.95)(DurationNs) AS lasted
SELECT
    Destination AS destination,
    System AS system,
    DestinationName AS name,
    Service AS service,
    Role AS role,
    count() AS spans,
    sum(Error) AS errors,
    countIf(Role = 'consumer' AND (ParentRole = 'producer' OR notEmpty(LinkTraceIds))) AS linked,
    uniqExact(cityHash64(TraceId)) AS traces,
    lasted[1] / 1e6 AS p50Ms,
    lasted[2] / 1e6 AS p95Ms,
    arrayDistinct(groupArraySorted(10)(TraceId)) AS traceIds
FROM spans
WHERE Role IN ('producer', 'consumer')
GROUP BY Destination, System, DestinationName, Service, Role
ORDER BY destination, service, role
