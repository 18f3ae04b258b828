-- How far two services' clocks are apart, from calls whose two sides were both seen. A clock cannot be read off one span, but causality can:
-- nothing starts before its cause, and a callee that was waited for has ended when its caller has.
-- `apart` is what no network can explain: the callee starts before its caller; or, with a callee no longer than its call,
-- it ends after its caller by more than the whole time that the network took (a callee that answers early and works on is longer, or ends just after).
-- Ids are a sample spread over the calls that are apart by a millisecond or more.
--
-- caller: service that calls, or publishes
-- callee: service that is called, or consumes as a child of the publish
-- calls: calls of which both sides were seen
-- traces: distinct traces with a call that is apart by a millisecond or more
-- apartMs: whole ms by which calls are apart, rounded up (to hundreds above 100, at most 100,000), ascending; 0 is none
-- apartCalls: for each of apartMs, how many calls
-- offsetMs: median estimate of callee's clock less caller's, ms: the middle of the callee less the middle of the caller
-- networkMs: median time of a call outside the callee, ms
-- traceIds: up to ten traces with a call that is apart
-- spanIds: the callee's span in each of traceIds
WITH
    multiIf(ApartNs <= 0, 0, ApartNs <= 100000000, intDiv(ApartNs + 999999, 1000000), least(100000, intDiv(ApartNs + 99999999, 100000000) * 100)) AS apart,
    sumMap([toUInt32(apart)], [toUInt64(1)]) AS steps
SELECT
    Caller AS caller,
    CalleeName AS callee,
    count() AS calls,
    uniqExactIf(TraceId, ApartNs >= 1000000) AS traces,
    steps.1 AS apartMs,
    steps.2 AS apartCalls,
    quantileExact(0.5)(OffsetDoubledNs) / 2e6 AS offsetMs,
    quantileExact(0.5)(NetworkNs) / 1e6 AS networkMs,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(CalleeSpanId), TraceId, CalleeSpanId), ApartNs >= 1000000)) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySortedIf(10)((cityHash64(CalleeSpanId), TraceId, CalleeSpanId), ApartNs >= 1000000)) AS spanIds
FROM
(
    SELECT
        TraceId, Caller, CalleeName, CalleeSpanId,
        greatest(0, CallerNs - CalleeNs) AS NetworkNs,
        EndsLater AS LateNs,
        -- of an entry below a span that is no call nobody knows whether it was waited for: only its start can tell
        if(Waited AND CalleeNs <= CallerNs, StartsLater + EndsLater, 2 * StartsLater) AS OffsetDoubledNs,
        greatest(0, -StartsLater, if(Waited AND CalleeNs <= CallerNs AND LateNs > NetworkNs, LateNs, 0)) AS ApartNs
    FROM
    (
        SELECT
            TraceId, toString(Service) AS Caller, toString(Callee) AS CalleeName, CalleeSpanId, 1 AS Waited,
            toInt64(DurationNs) AS CallerNs, toInt64(CalleeDurationNs) AS CalleeNs,
            CalleeStartNs - StartNs AS StartsLater,
            CalleeStartNs + toInt64(CalleeDurationNs) - EndNs AS EndsLater
        FROM spans
        WHERE Role = 'client' AND CalleeSpanId != '' AND Callee != Service
        UNION ALL
        SELECT
            TraceId, toString(ParentService) AS Caller, toString(Service) AS CalleeName, SpanId AS CalleeSpanId, 0 AS Waited,
            ParentEndNs - ParentStartNs AS CallerNs, toInt64(DurationNs) AS CalleeNs,
            StartNs - ParentStartNs AS StartsLater,
            EndNs - ParentEndNs AS EndsLater
        FROM spans
        WHERE HasParent = 1 AND ParentService != Service AND (Role = 'consumer' OR (Role = 'server' AND ParentRole NOT IN ('client', 'producer')))
    )
)
GROUP BY Caller, CalleeName
ORDER BY caller, callee
