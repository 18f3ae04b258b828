-- Calls whose callee worked on after the caller had given up, per caller, callee and operation. Only durations are compared, so clocks do not matter.
-- A caller gave up when its span timed out, or failed without an answer while the callee itself did not fail.
--
-- caller: service that calls
-- callee: service that is called
-- operation: the callee's operation
-- calls: calls whose two spans were both seen
-- traces: distinct traces of those
-- inverted: distinct traces in which the caller gave up and the callee's span is longer than the caller's
-- timedOut: of those, traces in which the caller's span says that it timed out
-- p50WaitedMs: median time after which the caller gave up, ms
-- p50OverrunMs: median by which the callee's span is longer, ms
-- wastedMs: summed time by which the callees' spans are longer, ms
-- p95CalleeMs: 95th percentile of the callee's duration over all calls, ms
-- traceIds: up to ten traces, longest overrun first
-- spanIds: the span of the caller in each of traceIds
WITH groupArraySortedIf(10)((-OverrunNs, TraceId, SpanId), GaveUp) AS worst
SELECT
    Caller AS caller,
    CalleeName AS callee,
    CallOperation AS operation,
    count() AS calls,
    uniqExact(TraceId) AS traces,
    uniqExactIf(TraceId, GaveUp) AS inverted,
    uniqExactIf(TraceId, GaveUp AND TimedOut = 1) AS timedOut,
    if(inverted = 0, 0, quantileExactIf(0.5)(DurationNs, GaveUp)) / 1e6 AS p50WaitedMs,
    if(inverted = 0, 0, quantileExactIf(0.5)(OverrunNs, GaveUp)) / 1e6 AS p50OverrunMs,
    sumIf(OverrunNs, GaveUp) / 1e6 AS wastedMs,
    quantileExact(0.95)(ServerNs) / 1e6 AS p95CalleeMs,
    worst.2 AS traceIds,
    worst.3 AS spanIds
FROM
(
    SELECT
        TraceId, SpanId, Caller, CalleeName, CallOperation, DurationNs, ServerNs, TimedOut,
        toInt64(ServerNs) - toInt64(DurationNs) AS OverrunNs,
        Error = 1 AND ServerNs > DurationNs AND (TimedOut = 1 OR (HttpStatus = 0 AND ServerError = 0)) AS GaveUp
    FROM exchanges
    WHERE ServerSpanId != '' AND SpanId != ServerSpanId
)
GROUP BY Caller, CalleeName, CallOperation
ORDER BY caller, callee, operation
