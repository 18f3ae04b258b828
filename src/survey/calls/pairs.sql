-- How often one service calls another for one root request, over all protocols; only requests in which it calls at all.
--
-- caller: service that calls
-- callee: service that is called
-- requests: root requests in which caller calls callee
-- calls: calls in all
-- p50Calls: median calls per request
-- p95Calls: 95th percentile of calls per request
-- maxCalls: most calls for one request
-- totalMs: summed duration of the calls, ms
-- networkMs: summed time of answered calls outside the callee, ms
-- answered: calls whose SERVER span was seen
-- operations: distinct operations called
-- rootOperations: up to ten root operations (service and operation) in whose requests it happens
-- traceIds: up to ten traces, most calls first
-- spanIds: up to thirty of the calls in the first of traceIds
SELECT
    Caller AS caller,
    CalleeName AS callee,
    count() AS requests,
    sum(Calls) AS calls,
    quantileExact(0.5)(Calls) AS p50Calls,
    quantileExact(0.95)(Calls) AS p95Calls,
    max(Calls) AS maxCalls,
    sum(Ns) / 1e6 AS totalMs,
    sum(NetworkNs) / 1e6 AS networkMs,
    sum(Answered) AS answered,
    length(groupUniqArrayArray(Operations)) AS operations,
    arraySlice(arraySort(groupUniqArray(Root)), 1, 10) AS rootOperations,
    arrayMap(busy -> busy.2, groupArraySorted(10)((-toInt64(Calls), TraceId))) AS traceIds,
    argMin(SpanIds, (-toInt64(Calls), TraceId)) AS spanIds
FROM
(
    SELECT
        exchange.TraceId AS TraceId,
        exchange.Caller AS Caller,
        exchange.CalleeName AS CalleeName,
        max(concat(trace.RootService, ' ', trace.RootOperation)) AS Root,
        count() AS Calls,
        sum(exchange.DurationNs) AS Ns,
        sumIf(exchange.DurationNs - least(exchange.ServerNs, exchange.DurationNs), exchange.ServerSpanId != '') AS NetworkNs,
        countIf(exchange.ServerSpanId != '') AS Answered,
        groupUniqArray(exchange.CallOperation) AS Operations,
        groupArraySorted(30)(exchange.SpanId) AS SpanIds
    FROM exchanges AS exchange
    INNER JOIN
    (
        SELECT TraceId, RootService, RootOperation FROM traces
        WHERE TraceId IN (SELECT TraceId FROM exchanges WHERE CalleeKind = 'service' AND Caller != CalleeName)
    ) AS trace ON exchange.TraceId = trace.TraceId
    WHERE exchange.CalleeKind = 'service' AND exchange.Caller != exchange.CalleeName
    GROUP BY TraceId, Caller, CalleeName
)
GROUP BY Caller, CalleeName
ORDER BY caller, callee
