-- The same call from one parent to one callee, one after another: a row per service, operation of the parent, call and number of repetitions.
-- Groups that overlap by more than a tenth of their time were sent in parallel and are left out. A failed call does not count: the one after it is its retry.
--
-- service: service that calls
-- parentOperation: operation of the parent span that calls; empty when the parent is not in the evidence
-- callee: service that is called, or the address of an external one
-- calleeKind: service, external or empty
-- protocol: http, rpc or other
-- operation: the callee's operation where its span was seen, else the caller's
-- calls: repetitions that succeeded; above 100 rounded down to hundreds
-- groups: parents that called that often
-- identical: of those, groups that asked for one and the same URL every time
-- traces: distinct traces
-- totalMs: summed time of the calls, ms
-- p50Ms: median over the groups of the summed time of their calls, ms
-- maxMs: most, ms
-- p50ElapsedMs: median over the groups of the time from the first start to the last end, ms
-- traceIds: up to ten traces, longest first
-- spanIds: up to thirty of the calls in the first of traceIds
WITH groupArraySorted(10)((-toInt64(SummedNs), TraceId)) AS longest
SELECT
    Caller AS service,
    Parent AS parentOperation,
    CalleeName AS callee,
    max(Kind) AS calleeKind,
    Protocol AS protocol,
    CallOperation AS operation,
    if(Calls > 100, intDiv(Calls, 100) * 100, Calls) AS calls,
    count() AS groups,
    countIf(Targets = 1) AS identical,
    uniqExact(TraceId) AS traces,
    sum(SummedNs) / 1e6 AS totalMs,
    quantileExact(0.5)(SummedNs) / 1e6 AS p50Ms,
    max(SummedNs) / 1e6 AS maxMs,
    quantileExact(0.5)(ElapsedNs) / 1e6 AS p50ElapsedMs,
    arrayDistinct(longest.2) AS traceIds,
    argMin(SpanIds, (-toInt64(SummedNs), TraceId)) AS spanIds
FROM
(
    SELECT
        TraceId, Caller, CalleeName, Protocol, CallOperation,
        min(ParentOperation) AS Parent,
        max(CalleeKind) AS Kind,
        countIf(Error = 0) AS Calls,
        sumIf(DurationNs, Error = 0) AS SummedNs,
        -- a TargetHash of 0 is unknown: such calls are never known to be the same
        if(min(TargetHash) = 0, 2, uniqExact(TargetHash)) AS Targets,
        max(EndNs) - min(StartNs) AS ElapsedNs,
        intervalLengthSum(StartNs, EndNs) AS CoveredNs,
        sum(DurationNs) AS AllNs,
        groupArraySorted(30)(SpanId) AS SpanIds
    FROM exchanges
    WHERE ParentKey != 0 AND Caller != '' AND CalleeName != ''
    GROUP BY TraceId, ParentKey, Caller, CalleeName, Protocol, CallOperation
    HAVING Calls >= 2 AND toInt64(AllNs) - toInt64(CoveredNs) <= 0.1 * AllNs
)
GROUP BY Caller, Parent, CalleeName, Protocol, CallOperation, calls
ORDER BY service, parentOperation, callee, protocol, operation, calls
