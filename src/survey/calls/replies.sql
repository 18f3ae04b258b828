-- Calls by whether the callee's span was seen: what tells a silent callee from one that lost the trace.
-- A call is a CLIENT span that wraps no other.
-- Ids are a sample spread over the unanswered calls.
--
-- caller: service that calls
-- callee: service that is called, or the address of one that nobody knows
-- calleeKind: service, external or empty when nobody can tell
-- protocol: http, rpc or other
-- operation: the callee's operation where its span was seen, else the caller's
-- host: canonical host that the caller names; empty when unknown
-- port: port that the caller names; 0 when unknown
-- calls: how many
-- answered: of those, the SERVER span was seen
-- reached: of those without a SERVER span, the caller saw no failure or got a status code: somebody was there
-- traces: distinct traces with an unanswered call
-- unansweredMs: summed duration of the unanswered calls, ms
-- traceIds: up to ten traces with an unanswered call that reached somebody
-- spanIds: the call in each of traceIds
SELECT
    Service AS caller,
    Peer AS callee,
    PeerKind AS calleeKind,
    Protocol AS protocol,
    if(CalleeOperation != '', CalleeOperation, Operation) AS operation,
    Host AS host,
    Port AS port,
    count() AS calls,
    countIf(CalleeSpanId != '') AS answered,
    countIf(CalleeSpanId = '' AND (Error = 0 OR HttpStatus != 0)) AS reached,
    uniqExactIf(TraceId, CalleeSpanId = '') AS traces,
    sumIf(DurationNs, CalleeSpanId = '') / 1e6 AS unansweredMs,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), CalleeSpanId = '' AND (Error = 0 OR HttpStatus != 0))) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), CalleeSpanId = '' AND (Error = 0 OR HttpStatus != 0))) AS spanIds
FROM spans
WHERE Role = 'client' AND Peer != ''
GROUP BY Service, Peer, PeerKind, Protocol, if(CalleeOperation != '', CalleeOperation, Operation), Host, Port
ORDER BY caller, callee, calleeKind, protocol, operation, host, port
