-- Caches that lie over each other: while a miss of one cache is being answered, another is asked for a key with the same id,
-- by the service that answers.
-- A row for each pair of patterns. Clocks of two hosts may differ by some milliseconds.
-- over: accesses
-- over: spans.cache
--
-- outerService: service that asks the first cache
-- outerCache: the first cache
-- outerPattern: pattern of the key asked there
-- innerService: service that asks the second
-- innerCache: the second cache
-- innerPattern: pattern of the key asked there
-- requests: traces in which both are asked for one thing
-- outerMisses: misses of the outer pattern that another service answers
-- outerTtlMs: longest time to live of a key of the outer pattern, ms; 0 when unknown, -1 when keys live for ever
-- innerTtlMs: of the inner pattern
-- traceIds: up to ten such traces
-- spanIds: the reads of the outer cache in them
WITH
    misses AS
    (
        SELECT TraceId, SpanId, Service, Cache, Pattern, Key, SourceStore, SourceStartNs, SourceStartNs + SourceNs AS SourceEndNs,
            arrayFilter(part -> position(Pattern, part) = 0, splitByRegexp('[:/|]', Key)) AS Ids
        FROM accesses
        WHERE Origin = 'trace' AND SourceNs > 0 AND SourceKind = 'client' AND position(Pattern, '{') > 0
    ),
    total AS (SELECT Service, Cache, Pattern, count() AS Misses FROM misses GROUP BY Service, Cache, Pattern),
    lifetimes AS
    (
        SELECT Cache, Pattern, multiIf(countIf(TtlMs = -1) * 2 > count(), -1, max(TtlMs) > 0, max(TtlMs), 0) AS Ttl FROM accesses WHERE Kind = 'write' GROUP BY Cache, Pattern
    ),
    groupArraySorted(10)((SourceStartNs, outer.TraceId, outer.SpanId)) AS sample
SELECT
    toString(outer.Service) AS outerService,
    toString(outer.Cache) AS outerCache,
    toString(outer.Pattern) AS outerPattern,
    toString(inner.Service) AS innerService,
    toString(inner.Cache) AS innerCache,
    toString(inner.Pattern) AS innerPattern,
    uniqExact(outer.TraceId) AS requests,
    max(total.Misses) AS outerMisses,
    max(above.Ttl) AS outerTtlMs,
    max(below.Ttl) AS innerTtlMs,
    sample.2 AS traceIds,
    sample.3 AS spanIds
FROM misses AS outer
INNER JOIN
(
    SELECT TraceId, Service, Cache, Pattern, Key, AtNs FROM accesses
    WHERE Origin = 'trace' AND Kind = 'read' AND position(Pattern, '{') > 0 AND TraceId IN (SELECT TraceId FROM misses)
) AS inner ON outer.TraceId = inner.TraceId
LEFT ANY JOIN total ON outer.Service = total.Service AND outer.Cache = total.Cache AND outer.Pattern = total.Pattern
LEFT ANY JOIN lifetimes AS above ON outer.Cache = above.Cache AND outer.Pattern = above.Pattern
LEFT ANY JOIN lifetimes AS below ON inner.Cache = below.Cache AND inner.Pattern = below.Pattern
WHERE (inner.Service = outer.SourceStore OR inner.Service = outer.Service AND inner.Cache != outer.Cache) AND (outer.Cache, outer.Pattern) != (inner.Cache, inner.Pattern)
    AND inner.AtNs >= SourceStartNs - 5000000 AND inner.AtNs <= SourceEndNs + 5000000
    AND hasAny(outer.Ids, arrayFilter(part -> position(inner.Pattern, part) = 0, splitByRegexp('[:/|]', inner.Key)))
GROUP BY outerService, outerCache, outerPattern, innerService, innerCache, innerPattern
ORDER BY outerService, outerCache, outerPattern, innerService, innerCache, innerPattern
