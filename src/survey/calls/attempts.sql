-- Requests that were sent again after they had failed: a row per caller, callee, operation and number of attempts.
-- An attempt is a call under the same parent, to the same callee and operation and, where URLs are known, the same URL, that starts after the one before it has failed (client spans may end a little late: by a tenth of their time);
-- http.request.resend_count tells of attempts whose spans are missing.
--
-- caller: service that calls
-- callee: service that is called, or the address of an external one
-- operation: the callee's operation where one of the attempts reached it, else the caller's
-- attempts: calls made for one request; above 10 rounded down to tens
-- requests: requests that took so many attempts
-- succeeded: of those, requests whose last attempt succeeded
-- timedOut: of those, requests with an attempt that timed out
-- traces: distinct traces
-- extraMs: summed time from the first start to the last end, less the duration of the last attempt: what retrying took, ms
-- p50ElapsedMs: median time from the first start to the last end, ms
-- traceIds: up to ten traces, most attempts first, then longest
-- spanIds: up to thirty of the attempts in the first of traceIds
WITH groupArraySorted(10)((-toInt64(Attempts), -ElapsedNs, TraceId)) AS worst
SELECT
    Caller AS caller,
    CalleeName AS callee,
    Operation AS operation,
    if(Attempts > 10, intDiv(Attempts, 10) * 10, Attempts) AS attempts,
    count() AS requests,
    countIf(Failed = 0) AS succeeded,
    countIf(Late = 1) AS timedOut,
    uniqExact(TraceId) AS traces,
    sum(ExtraNs) / 1e6 AS extraMs,
    quantileExact(0.5)(ElapsedNs) / 1e6 AS p50ElapsedMs,
    arrayDistinct(worst.3) AS traceIds,
    argMin(SpanIds, (-toInt64(Attempts), -ElapsedNs, TraceId)) AS spanIds
FROM
(
    SELECT
        TraceId, Caller, CalleeName, Operation,
        greatest(length(Chain), arrayMax(sent -> sent.6, Chain) + 1) AS Attempts,
        Chain[-1].2 - Chain[1].1 AS ElapsedNs,
        ElapsedNs - (Chain[-1].2 - Chain[-1].1) AS ExtraNs,
        Chain[-1].4 AS Failed,
        arrayMax(sent -> sent.5, Chain) AS Late,
        arrayMap(sent -> sent.3, arraySlice(Chain, 1, 30)) AS SpanIds
    FROM
    (
        WITH arraySort(groupArray((StartNs, EndNs, SpanId, Error, TimedOut, ResendCount))) AS Ordered
        SELECT
            TraceId, ParentKey, Caller, CalleeName,
            if(maxIf(CallOperation, ServerSpanId != '') != '', maxIf(CallOperation, ServerSpanId != ''), max(CallOperation)) AS Operation,
            -- a new request begins where the call before had not failed or had not ended
            arraySplit((sent, before) -> before.2 > 0 AND NOT (before.4 = 1 AND sent.1 >= before.2 - intDiv(before.2 - before.1, 10)), Ordered, arrayPushFront(arrayPopBack(Ordered), (toInt64(0), toInt64(0), '', 0, 0, 0))) AS Chains
        FROM exchanges
        WHERE ParentKey != 0 AND Caller != '' AND CalleeName != ''
            AND (TraceId, ParentKey) IN (SELECT TraceId, ParentKey FROM exchanges WHERE ParentKey != 0 AND (Error = 1 OR ResendCount > 0))
        GROUP BY TraceId, ParentKey, Caller, CalleeName, ClientOperation, TargetHash
        HAVING count() > 1 OR max(ResendCount) > 0
    )
    ARRAY JOIN Chains AS Chain
    WHERE length(Chain) > 1 OR Chain[1].6 > 0
)
GROUP BY Caller, CalleeName, Operation, attempts
ORDER BY caller, callee, operation, attempts
