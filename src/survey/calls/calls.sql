-- Who calls whom: one row per caller, callee and operation, synchronous calls between services (and to external addresses).
-- A call is a CLIENT span that wraps no other, or a SERVER span whose parent is another service's span of no client kind.
-- Latency is the caller's: what it waited for, network included.
--
-- caller: service that calls
-- callee: service that is called, or the address of an external one
-- calleeKind: service, external or empty when nobody can tell
-- protocol: http, rpc or other
-- operation: the callee's operation where its span was seen, else the caller's
-- address: host that callers name most often, empty when unknown
-- calls: how many
-- answered: calls whose SERVER span was seen
-- traces: distinct traces
-- errors: calls that failed as the caller saw it
-- timeouts: calls that failed by a timeout
-- resends: calls marked as a repeated attempt (http.request.resend_count above 0)
-- totalMs: summed duration, ms
-- serverMs: summed duration of the SERVER spans that were seen, ms
-- answeredMs: summed duration of the CLIENT spans whose SERVER span was seen, ms
-- p50Ms: median duration, ms
-- p95Ms: 95th percentile of the duration, ms
-- p99Ms: 99th percentile of the duration, ms
-- maxMs: longest duration, ms
-- traceIds: up to ten traces, longest calls first
-- spanIds: the span of the call in each of traceIds
WITH groupArraySorted(10)((-toInt64(DurationNs), TraceId, SpanId)) AS longest
SELECT
    Caller AS caller,
    CalleeName AS callee,
    max(CalleeKind) AS calleeKind,
    Protocol AS protocol,
    CallOperation AS operation,
    argMax(Host, (Host != '', cityHash64(Host))) AS address,
    count() AS calls,
    countIf(ServerSpanId != '') AS answered,
    uniqExact(cityHash64(TraceId)) AS traces,
    sum(Error) AS errors,
    sum(TimedOut) AS timeouts,
    countIf(ResendCount > 0) AS resends,
    sum(DurationNs) / 1e6 AS totalMs,
    sum(ServerNs) / 1e6 AS serverMs,
    sumIf(DurationNs, ServerSpanId != '') / 1e6 AS answeredMs,
    quantileExact(0.5)(DurationNs) / 1e6 AS p50Ms,
    quantileExact(0.95)(DurationNs) / 1e6 AS p95Ms,
    quantileExact(0.99)(DurationNs) / 1e6 AS p99Ms,
    max(DurationNs) / 1e6 AS maxMs,
    longest.2 AS traceIds,
    longest.3 AS spanIds
FROM exchanges
WHERE Caller != '' AND CalleeName != ''
GROUP BY Caller, CalleeName, Protocol, CallOperation
ORDER BY caller, callee, protocol, operation
