-- Order of processing against order of publishing: one row per destination, subscription and kind of lane. A pair is two messages that one instance
-- published one after the other (a millisecond apart or more) on one lane, and that one instance processed; it is out of order when the later is done
-- before the earlier, by a millisecond or more. Each order is read off one clock, so that clocks which differ do not matter.
-- Messages in batches, failed ones and, off lanes, those processed more than once are left out.
-- over: spans.consumer
--
-- destination: system://host/name
-- system: messaging system
-- subscription: group, subscription or queue
-- consumer: service that processes
-- lane: key, partition, or queue where spans name neither
-- lanes: distinct keys or partitions
-- pairs: pairs that can be compared
-- outOfOrder: of those, out of order
-- apart: pairs that two instances processed, whose clocks cannot be compared
-- overlapping: pairs of which the later began before the earlier was done
-- traces: distinct traces with a message that was overtaken
-- traceIds: up to ten traces of messages that were overtaken
-- spanIds: the span that processed the overtaken message, in each of traceIds
-- sampleMs: of one such pair, from the earlier publish: its start and end, the later publish, its start and end, ms; empty when there is none
-- sampleTraceIds: the traces of the two spans that processed them, the overtaken first
-- sampleSpanIds: these spans
-- sampleMessageIds: the ids of the two messages
WITH
    EarlierNs != 0 AND EarlierHash != MessageHash AND PublishedNs - EarlierNs >= 1000000 AS IsPair,
    IsPair AND EarlierInstance = ConsumerInstance AS Comparable,
    Comparable AND EarlierDoneNs - DoneNs >= 1000000 AS Overtaken,
    groupArraySortedIf(10)((cityHash64(EarlierSpanId), EarlierTraceId, EarlierSpanId), Overtaken) AS sample
SELECT
    Destination AS destination,
    min(System) AS system,
    Subscription AS subscription,
    Consumer AS consumer,
    multiIf(startsWith(Lane, 'key '), 'key', Lane != '', 'partition', 'queue') AS lane,
    uniqExact(Lane) AS lanes,
    countIf(Comparable) AS pairs,
    countIf(Overtaken) AS outOfOrder,
    countIf(IsPair AND NOT Comparable) AS apart,
    countIf(Comparable AND ConsumedNs < EarlierDoneNs) AS overlapping,
    uniqExactIf(EarlierTraceId, Overtaken) AS traces,
    arrayMap(one -> one.2, sample) AS traceIds,
    arrayMap(one -> one.3, sample) AS spanIds,
    if(outOfOrder = 0, [], arrayMap(ns -> ns / 1e6, argMinIf(
        [ConsumedEarlierNs - EarlierNs, EarlierDoneNs - EarlierNs, PublishedNs - EarlierNs, ConsumedNs - EarlierNs, DoneNs - EarlierNs],
        cityHash64(EarlierSpanId), Overtaken))) AS sampleMs,
    if(outOfOrder = 0, [], argMinIf([EarlierTraceId, ConsumerTraceId], cityHash64(EarlierSpanId), Overtaken)) AS sampleTraceIds,
    if(outOfOrder = 0, [], argMinIf([EarlierSpanId, ConsumerSpanId], cityHash64(EarlierSpanId), Overtaken)) AS sampleSpanIds,
    if(outOfOrder = 0, [], argMinIf([EarlierMessageId, MessageId], cityHash64(EarlierSpanId), Overtaken)) AS sampleMessageIds
FROM
(
    SELECT Destination, System, Subscription, Consumer, Lane, MessageHash, MessageId, PublishedNs, ConsumedNs, ConsumerInstance, ConsumerTraceId, ConsumerSpanId,
        ConsumedNs + toInt64(DurationNs) AS DoneNs,
        lagInFrame(PublishedNs) OVER lane AS EarlierNs,
        lagInFrame(ConsumedNs) OVER lane AS ConsumedEarlierNs,
        lagInFrame(MessageId) OVER lane AS EarlierMessageId,
        lagInFrame(MessageHash) OVER lane AS EarlierHash,
        lagInFrame(ConsumedNs + toInt64(DurationNs)) OVER lane AS EarlierDoneNs,
        lagInFrame(toString(ConsumerInstance)) OVER lane AS EarlierInstance,
        lagInFrame(ConsumerTraceId) OVER lane AS EarlierTraceId,
        lagInFrame(ConsumerSpanId) OVER lane AS EarlierSpanId
    FROM deliveries
    WHERE Step = 'process' AND Via != '' AND Error = 0 AND Batch = 1 AND Temporary = 0
        AND (Lane != '' OR cityHash64(MessageHash, Subscription) NOT IN (SELECT cityHash64(MessageHash, Subscription) FROM repeats))
    WINDOW lane AS (
        PARTITION BY cityHash64(Destination, Subscription, Consumer, Lane, Producer, ProducerInstance)
        ORDER BY PublishedNs, ConsumedNs, ConsumerSpanId ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
GROUP BY Destination, Subscription, Consumer, lane
ORDER BY destination, subscription, consumer, lane
