-- The longest calls of each caller, callee and operation that did not end in a timeout. Only CLIENT spans: they alone know how long the caller waited.
-- Calls that were upgraded to another protocol (status 101, a WebSocket) stay open by design and are left out.
--
-- caller: service that calls
-- callee: service that is called, or the address of an external one
-- protocol: http, rpc or other
-- operation: the callee's operation where its span was seen, else the caller's
-- calls: how many
-- timeouts: calls that ended in a timeout
-- p50Ms: median duration, ms
-- longestMs: durations of up to a hundred of the longest calls that did not end in a timeout, longest first, ms
-- traceIds: up to ten traces, longest calls first
-- spanIds: the span of the call in each of traceIds
WITH
    groupArraySortedIf(10)((-toInt64(DurationNs), TraceId, SpanId), TimedOut = 0) AS longest,
    groupArraySortedIf(100)(-toInt64(DurationNs), TimedOut = 0) AS durations
SELECT
    Caller AS caller,
    CalleeName AS callee,
    Protocol AS protocol,
    CallOperation AS operation,
    count() AS calls,
    sum(TimedOut) AS timeouts,
    quantileExact(0.5)(DurationNs) / 1e6 AS p50Ms,
    arrayMap(negative -> -negative / 1e6, durations) AS longestMs,
    longest.2 AS traceIds,
    longest.3 AS spanIds
FROM exchanges
WHERE Caller != '' AND CalleeName != '' AND SpanId != ServerSpanId AND HttpStatus != 101
GROUP BY Caller, CalleeName, Protocol, CallOperation
ORDER BY caller, callee, protocol, operation
