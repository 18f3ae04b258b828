-- Asynchronous flows from end to end: one row per way that messages take from a first publish, over the messages that these cause, to a last consumer.
-- Made of a sample of at most 50,000 deliveries of first messages. The time is the last consumer's clock less the first producer's.
-- over: chains
--
-- path: service, destination, service, destination … from the first producer to the last consumer
-- hops: deliveries on the way
-- flows: how often
-- failed: of those, the last consumer failed
-- p50Ms: median time from the start of the first publish to the end of the last processing, ms
-- p95Ms: 95th percentile of it, ms
-- p99Ms: 99th percentile of it, ms
-- leastMs: shortest of them, ms
-- traces: distinct traces that they begin in
-- traceIds: up to ten traces of last consumers, longest first
-- spanIds: the last consumer's span in each of traceIds
-- originIds: the trace in which each of traceIds began
WITH groupArraySorted(10)((-(DoneNs - OriginNs), ConsumerTraceId, ConsumerSpanId, OriginTraceId)) AS sample
SELECT
    Path AS path,
    min(Hop) AS hops,
    count() AS flows,
    countIf(Error = 1) AS failed,
    quantileExact(0.5)(DoneNs - OriginNs) / 1e6 AS p50Ms,
    quantileExact(0.95)(DoneNs - OriginNs) / 1e6 AS p95Ms,
    quantileExact(0.99)(DoneNs - OriginNs) / 1e6 AS p99Ms,
    min(DoneNs - OriginNs) / 1e6 AS leastMs,
    uniqExact(OriginTraceId) AS traces,
    arrayMap(one -> one.2, sample) AS traceIds,
    arrayMap(one -> one.3, sample) AS spanIds,
    arrayMap(one -> one.4, sample) AS originIds
FROM chains
GROUP BY Path
ORDER BY flows DESC, path
LIMIT 500
