-- Calls that one parent makes one after another on the critical path: a row per root operation, service, operation of the parent and number of different calls.
-- From the sampled critical paths. A repeated call counts once, with its longest time; POST, PUT, PATCH and DELETE are left out, because changes have an order.
-- Groups that overlap by more than a tenth of their time are left out.
-- over: walks
--
-- rootService: service of the root
-- rootOperation: operation of the root
-- service: service that calls
-- operation: operation of the parent span
-- calls: different calls (callee and operation) one after another
-- groups: parents with so many
-- traces: distinct sampled traces
-- sequence: the calls of the group that would save most, in order: callee and operation
-- p50SavingMs: median of what parallel calls would save: the sum of the different calls less the longest, ms
-- maxSavingMs: most, ms
-- totalSavingMs: summed, ms
-- p50ParentMs: median duration of the parent, ms
-- traceIds: up to ten traces, largest saving first
-- spanIds: the calls in the first of traceIds
WITH groupArraySorted(10)((-toInt64(SavingNs), TraceId, ParentKey)) AS largest
SELECT
    RootService AS rootService,
    RootOperation AS rootOperation,
    Caller AS service,
    Parent AS operation,
    Calls AS calls,
    count() AS groups,
    uniqExact(TraceId) AS traces,
    argMin(Sequence, (-toInt64(SavingNs), TraceId, ParentKey)) AS sequence,
    quantileExact(0.5)(SavingNs) / 1e6 AS p50SavingMs,
    max(SavingNs) / 1e6 AS maxSavingMs,
    sum(SavingNs) / 1e6 AS totalSavingMs,
    quantileExact(0.5)(ParentNs) / 1e6 AS p50ParentMs,
    arrayDistinct(largest.2) AS traceIds,
    argMin(SpanIds, (-toInt64(SavingNs), TraceId, ParentKey)) AS spanIds
FROM
(
    SELECT
        TraceId, ParentKey,
        max(Root) AS RootService,
        max(Asked) AS RootOperation,
        max(Service) AS Caller,
        max(ParentOperation) AS Parent,
        max(LongestParentNs) AS ParentNs,
        count() AS Calls,
        sum(LongestNs) - max(LongestNs) AS SavingNs,
        arraySort(groupArray((FirstNs, concat(CalleeName, ' ', CallOperation), Longest))) AS Ordered,
        arrayMap(one -> one.2, Ordered) AS Sequence,
        arrayMap(one -> one.3, Ordered) AS SpanIds
    FROM
    (
        SELECT
            TraceId, ParentKey, CalleeName, CallOperation,
            max(RootService) AS Root,
            max(RootOperation) AS Asked,
            max(Caller) AS Service,
            max(ParentOperation) AS ParentOperation,
            max(ParentNs) AS LongestParentNs,
            min(StartNs) AS FirstNs,
            max(DurationNs) AS LongestNs,
            argMin(SpanId, (-toInt64(DurationNs), SpanId)) AS Longest,
            sum(DurationNs) AS SummedNs,
            groupArray((StartNs, EndNs)) AS Intervals
        FROM
        (
            SELECT
                spans.TraceId AS TraceId, spans.SpanId AS SpanId, spans.ParentKey AS ParentKey, spans.Service AS Caller, spans.ParentOperation AS ParentOperation,
                spans.Peer AS CalleeName, if(spans.CalleeOperation != '', spans.CalleeOperation, spans.Operation) AS CallOperation,
                spans.StartNs AS StartNs, spans.EndNs AS EndNs, spans.DurationNs AS DurationNs, toUInt64(spans.ParentEndNs - spans.ParentStartNs) AS ParentNs,
                walks.RootService AS RootService, walks.RootOperation AS RootOperation
            FROM spans
            INNER JOIN (SELECT TraceId, SpanId, RootService, RootOperation FROM walks WHERE OnCriticalPath = 1) AS walks
                ON spans.TraceId = walks.TraceId AND spans.SpanId = walks.SpanId
            WHERE spans.Role = 'client' AND spans.HasParent = 1 AND spans.Peer != '' AND spans.Error = 0
                AND NOT match(spans.Operation, '^(POST|PUT|PATCH|DELETE)( |$)')
        )
        GROUP BY TraceId, ParentKey, CalleeName, CallOperation
    )
    GROUP BY TraceId, ParentKey
    HAVING Calls >= 2
        AND toInt64(sum(SummedNs)) - toInt64(arrayReduce('intervalLengthSum', arrayMap(one -> one.1, arrayFlatten(groupArray(Intervals))), arrayMap(one -> one.2, arrayFlatten(groupArray(Intervals))))) <= 0.1 * sum(SummedNs)
)
GROUP BY RootService, RootOperation, Caller, Parent, Calls
ORDER BY rootService, rootOperation, service, operation, calls
