-- Messages by where they went: one row per destination, subscription and consuming service. Times between two services are each by its own clock,
-- so a delay below zero says that the clocks differ by at least so much.
-- over: spans.consumer
--
-- destination: system://host/name as the producer names it
-- system: messaging system
-- subscription: group, subscription or queue that gets a copy of each message; the consumer's name where spans do not say
-- consumer: service that consumes
-- producers: services that publish what it consumes, sorted; empty when none was seen
-- instances: distinct instances of the consumer
-- deliveries: messages received or processed, attempts and duplicates included
-- messages: distinct messages among them
-- matched: deliveries whose publish was seen
-- linked: of those, by a link or message id: the consumer began a trace of its own
-- received: deliveries by spans that only receive
-- processed: deliveries by spans that process
-- errors: of the processed, failed
-- redelivered: deliveries that say they are not the first of their message
-- identified: deliveries with a message id
-- batchP95: 95th percentile of messages per consumer span
-- leastDelayMs: shortest time from publish to consumer, ms; below zero when clocks differ
-- p50DelayMs: median time from publish to consumer, ms
-- p95DelayMs: 95th percentile of it, ms
-- p99DelayMs: 99th percentile of it, ms
-- p50Ms: median duration of processing, ms
-- p95Ms: 95th percentile of it, ms
-- firstMs: start of the first consumption, Unix time, ms
-- lastMs: end of the last consumption, Unix time, ms
-- temporary: 1 for a destination made for one asker
-- traceIds: up to ten traces of consumers
-- spanIds: the consumer span in each of traceIds
WITH
    ConsumedNs - PublishedNs AS DelayNs,
    quantilesExactIf(0.5, 0.95, 0.99)(DelayNs, PublishedNs != 0) AS delays,
    quantilesExactIf(0.5, 0.95)(DurationNs, Step = 'process') AS worked,
    -- of numbers first: each row of texts that is compared costs more than all else here
    groupArraySortedIf(10)((cityHash64(ConsumerSpanId), ConsumerTraceId, ConsumerSpanId), ConsumerTraceId != '' AND cityHash64(ConsumerSpanId) IN
    (
        SELECT arrayJoin(groupArraySortedIf(10)(cityHash64(ConsumerSpanId), ConsumerTraceId != '')) FROM deliveries WHERE Consumer != '' GROUP BY Destination, Subscription, Consumer
    )) AS sample
SELECT
    Destination AS destination,
    min(System) AS system,
    Subscription AS subscription,
    Consumer AS consumer,
    arraySort(groupUniqArrayIf(20)(toString(Producer), Producer != '')) AS producers,
    uniqExact(cityHash64(ConsumerInstance)) AS instances,
    count() AS deliveries,
    uniqExact(MessageHash) AS messages,
    countIf(Via != '') AS matched,
    countIf(Via IN ('link', 'message-id')) AS linked,
    countIf(Step = 'receive') AS received,
    countIf(Step = 'process') AS processed,
    countIf(Step = 'process' AND Error = 1) AS errors,
    countIf(Attempt > 1) AS redelivered,
    countIf(MessageId != '') AS identified,
    quantileExact(0.95)(Batch) AS batchP95,
    if(matched = 0, 0, minIf(DelayNs, Via != '')) / 1e6 AS leastDelayMs,
    delays[1] / 1e6 AS p50DelayMs,
    delays[2] / 1e6 AS p95DelayMs,
    delays[3] / 1e6 AS p99DelayMs,
    worked[1] / 1e6 AS p50Ms,
    worked[2] / 1e6 AS p95Ms,
    intDiv(min(ConsumedNs), 1000000) AS firstMs,
    intDiv(max(ConsumedNs + toInt64(DurationNs)), 1000000) AS lastMs,
    max(Temporary) AS temporary,
    arrayMap(one -> one.2, sample) AS traceIds,
    arrayMap(one -> one.3, sample) AS spanIds
FROM deliveries
WHERE Consumer != ''
GROUP BY Destination, Subscription, Consumer
ORDER BY destination, subscription, consumer
