-- Requests that ask by message and wait for the reply: one row per service, operation, destination asked and answering service.
-- over: answers
--
-- service: service that asks
-- operation: operation of the request that waits
-- destination: system://host/name of the question
-- replyTo: system://host/name of the reply
-- answerer: service that replies; empty when it was not seen
-- requests: requests that were open from the question to the reply
-- temporary: of those, with a reply by a destination made for one asker
-- p50WaitMs: median time from the question to the reply, ms
-- p95WaitMs: 95th percentile of it, ms
-- waitedShare: share of these requests' time that was spent waiting, 0 to 1
-- traceIds: up to ten traces, longest wait first
-- spanIds: the question and the request that waits, in the first of traceIds
WITH groupArraySorted(10)((-WaitedNs, TraceId, PublishSpanId, ServerSpanId)) AS sample
SELECT
    Service AS service,
    Operation AS operation,
    Destination AS destination,
    min(answers.ReplyTo) AS replyTo,
    Answerer AS answerer,
    uniqExact(ServerSpanId, TraceId) AS requests,
    uniqExactIf((ServerSpanId, TraceId), Temporary = 1) AS temporary,
    quantileExact(0.5)(WaitedNs) / 1e6 AS p50WaitMs,
    quantileExact(0.95)(WaitedNs) / 1e6 AS p95WaitMs,
    least(1, sum(WaitedNs) / greatest(1, sum(RequestNs))) AS waitedShare,
    arrayMap(one -> one.2, sample) AS traceIds,
    [sample[1].3, sample[1].4] AS spanIds
FROM answers
GROUP BY Service, Operation, Destination, Answerer
ORDER BY service, operation, destination, answerer
