-- What became of published messages: one row per destination. A message is overtaken when nobody had it although one that was published
-- later was consumed: by more than ten times the 99th percentile of the delay later, and a second. What was published after that may only wait.
-- over: spans.producer
--
-- destination: system://host/name as the producer names it
-- system: messaging system
-- producers: services that publish to it, sorted
-- messages: distinct messages published, failed publishes left out
-- undelivered: of those, seen at no consumer
-- overtaken: of the undelivered, overtaken
-- consumers: services that consumed, sorted
-- matched: deliveries whose publish was seen
-- parented: of those, in the trace of the publish
-- leastDelayMs: shortest time from publish to consumer, ms; below zero when clocks differ
-- graceMs: how much later a consumed message must have been published for one before it to count as overtaken, ms
-- temporary: 1 for a destination made for one asker
-- firstMs: first publish, Unix time, ms
-- lastMs: last publish, Unix time, ms
-- caused: messages that were published while a message was processed
-- afterFailure: of those, by a processing that failed
-- traceIds: up to ten traces with an overtaken message, else with an undelivered one, else of any publish
-- spanIds: the publish in each of traceIds
WITH
    ConsumedNs - PublishedNs AS DelayNs,
    maxIf(PublishedNs, Via != '') AS NewestNs,
    greatest(1000000000, 10 * quantileExactIf(0.99)(DelayNs, Via != '')) AS GraceNs,
    groupArrayIf(PublishedNs, Step = 'publish') AS waiting,
    groupArraySortedIf(10)((PublishedNs, ProducerTraceId, ProducerSpanId), Step = 'publish') AS unseen,
    -- of numbers first: each row of texts that is compared costs more than all else here
    groupArraySortedIf(10)((PublishedNs, ProducerTraceId, ProducerSpanId), PublishedNs IN
    (
        SELECT arrayJoin(groupArraySorted(10)(PublishedNs)) FROM deliveries WHERE Producer != '' GROUP BY Destination
    )) AS seen,
    if(notEmpty(unseen), unseen, seen) AS sample
SELECT
    Destination AS destination,
    min(System) AS system,
    arraySort(groupUniqArray(20)(toString(Producer))) AS producers,
    uniqExact(MessageHash) AS messages,
    countIf(Step = 'publish') AS undelivered,
    arrayCount(at -> at < NewestNs - GraceNs, waiting) AS overtaken,
    arraySort(groupUniqArrayIf(20)(toString(Consumer), Consumer != '')) AS consumers,
    countIf(Via != '') AS matched,
    countIf(Via = 'parent' OR ConsumerTraceId = ProducerTraceId) AS parented,
    if(matched = 0, 0, minIf(DelayNs, Via != '')) / 1e6 AS leastDelayMs,
    if(matched = 0, 0, GraceNs) / 1e6 AS graceMs,
    max(Temporary) AS temporary,
    intDiv(min(PublishedNs), 1000000) AS firstMs,
    intDiv(max(PublishedNs), 1000000) AS lastMs,
    countIf(CauseKey != 0) AS caused,
    countIf(CauseKey != 0 AND CauseKey GLOBAL IN (SELECT ConsumerKey FROM deliveries WHERE Error = 1 AND ConsumerKey != 0)) AS afterFailure,
    arrayMap(one -> one.2, sample) AS traceIds,
    arrayMap(one -> one.3, sample) AS spanIds
FROM deliveries
WHERE Producer != ''
GROUP BY Destination
ORDER BY destination
