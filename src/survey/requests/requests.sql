-- One row per root operation: what the system is asked from outside.
--
-- service: service of the root span
-- operation: operation of the root span
-- role: role of the root span (server, consumer, client…)
-- traces: traces that start here
-- errors: of those, with a failed root
-- p50Ms: median duration of the root, ms
-- p95Ms: 95th percentile, ms
-- p99Ms: 99th percentile, ms
-- totalMs: summed duration of the roots, ms
-- spansP95: 95th percentile of the spans in a trace
-- servicesP95: 95th percentile of the services in a trace
-- severalRoots: traces with more than one span without a parent id
-- rootless: traces in which no span is without a parent id
-- orphanTraces: traces in which a parent is missing
-- traceIds: up to ten traces, slowest first
WITH
    quantilesExact(0.5, 0.95, 0.99)(RootDurationNs) AS lasted,
    -- of numbers first: each row with a text that is compared costs more than all else here
    groupArraySortedIf(10)((-toInt64(RootDurationNs), TraceId), toInt64(RootDurationNs) IN
    (
        SELECT arrayJoin(arrayMap(ns -> -ns, groupArraySorted(10)(-toInt64(RootDurationNs)))) FROM traces GROUP BY RootService, RootOperation, RootRole
    )) AS slowest
SELECT
    RootService AS service,
    RootOperation AS operation,
    RootRole AS role,
    count() AS traces,
    sum(RootError) AS errors,
    lasted[1] / 1e6 AS p50Ms,
    lasted[2] / 1e6 AS p95Ms,
    lasted[3] / 1e6 AS p99Ms,
    sum(RootDurationNs) / 1e6 AS totalMs,
    quantileExact(0.95)(Spans) AS spansP95,
    quantileExact(0.95)(Services) AS servicesP95,
    countIf(Roots > 1) AS severalRoots,
    countIf(Roots = 0) AS rootless,
    countIf(Orphans > 0) AS orphanTraces,
    arrayMap(slow -> slow.2, slowest) AS traceIds
FROM traces
GROUP BY RootService, RootOperation, RootRole
ORDER BY traces DESC, service, operation, role
