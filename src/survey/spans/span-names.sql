-- How many names the spans of a service have, and whether half of its traffic has as many: names that grow with traffic are unbounded.
--
-- service: service of the spans
-- spans: its spans
-- names: distinct span names as written
-- halfNames: distinct names in the half of its traces that has more of them; traces are halved by a hash of their id
-- rareNames: five of the names that fewest spans have, then by name
-- traceIds: up to ten traces in which a name occurs that only one span has
-- spanIds: the span with that name in each of traceIds
SELECT
    Service AS service,
    sum(Spans) AS spans,
    count() AS names,
    greatest(countIf(Left > 0), countIf(Spans > Left)) AS halfNames,
    arrayMap(name -> name.2, groupArraySorted(5)((Spans, toString(Name)))) AS rareNames,
    arrayMap(rare -> rare.2, groupArraySortedIf(10)((cityHash64(FirstSpanId), FirstTraceId, FirstSpanId), Spans = 1)) AS traceIds,
    arrayMap(rare -> rare.3, groupArraySortedIf(10)((cityHash64(FirstSpanId), FirstTraceId, FirstSpanId), Spans = 1)) AS spanIds
FROM
(
    SELECT Service, Name, count() AS Spans, countIf(intDiv(cityHash64(TraceId), 64) % 2 = 0) AS Left, min(TraceId) AS FirstTraceId, min(SpanId) AS FirstSpanId
    FROM spans
    GROUP BY Service, Name
)
GROUP BY Service
ORDER BY service
