-- What became of requests when the cache failed: a row for each service and cache.
-- Some clients give off no span for a command that they could not send; then the request that failed speaks their words, and nothing tells of
-- requests that did without the cache.
-- over: accesses
--
-- service: service that uses the cache
-- cache: the cache; empty when the service uses several and its words do not say which
-- commands: commands seen in spans
-- errors: failed commands, and requests that failed with the words of a cache client
-- failed: of those, errors whose request failed as well
-- worded: of those, requests that are only known by their words
-- traceIds: up to ten traces in which the request failed
-- spanIds: the failed commands or requests in them
WITH
    used AS
    (
        SELECT Service AS UsedService, if(uniqExact(Cache) = 1, min(toString(Cache)), '') AS OnlyCache FROM accesses WHERE Origin = 'trace' AND Kind != 'failure' GROUP BY Service
    ),
    failing AS
    (
        SELECT DISTINCT TraceId, Service FROM spans
        WHERE Error = 1 AND Role IN ('server', 'consumer') AND (TraceId, Service) IN (SELECT TraceId, Service FROM accesses WHERE Error = 1)
    ),
    access.Error = 1 AND (access.Kind = 'failure' OR access.RequestError = 1 OR (access.TraceId, access.Service) IN (SELECT TraceId, Service FROM failing)) AS lost,
    groupArraySortedIf(10)((access.AtNs, access.TraceId, access.SpanId), lost) AS sample
SELECT
    toString(access.Service) AS service,
    if(access.Kind = 'failure', used.OnlyCache, toString(access.Cache)) AS cache,
    countIf(access.Kind != 'failure') AS commands,
    countIf(access.Error = 1) AS errors,
    countIf(lost) AS failed,
    countIf(access.Kind = 'failure') AS worded,
    sample.2 AS traceIds,
    sample.3 AS spanIds
FROM accesses AS access
LEFT ANY JOIN used ON access.Service = used.UsedService
WHERE access.Origin = 'trace'
GROUP BY service, cache
ORDER BY service, cache
