-- One row per service that gave off spans.
--
-- service: service.name, or unknown_service where it is missing
-- spans: spans of this service
-- traces: distinct traces it takes part in
-- entries: SERVER and CONSUMER spans: how often it was asked to do something
-- errors: of those, failed ones
-- rootEntries: entries that start their trace
-- instances: distinct service.instance.id (else pod, else host); 0 when no span says
-- spanNames: distinct span names as written
-- operations: distinct templated operations
-- p50Ms: median duration of its entries, ms
-- p95Ms: 95th percentile of its entries, ms
-- traceIds: up to ten traces
WITH quantilesExactIf(0.5, 0.95)(DurationNs, Role IN ('server', 'consumer')) AS lasted
SELECT
    Service AS service,
    count() AS spans,
    uniqExact(cityHash64(TraceId)) AS traces,
    countIf(Role IN ('server', 'consumer')) AS entries,
    countIf(Role IN ('server', 'consumer') AND Error = 1) AS errors,
    countIf(Role IN ('server', 'consumer') AND HasParent = 0) AS rootEntries,
    uniqExactIf(cityHash64(Instance), Instance != '') AS instances,
    uniqExact(cityHash64(Name)) AS spanNames,
    uniqExact(cityHash64(Operation)) AS operations,
    if(entries = 0, 0, lasted[1] / 1e6) AS p50Ms,
    if(entries = 0, 0, lasted[2] / 1e6) AS p95Ms,
    arrayDistinct(groupArraySorted(10)(TraceId)) AS traceIds
FROM spans
GROUP BY Service
ORDER BY service
