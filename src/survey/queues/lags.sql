-- Backlog and delay over time: the evidence in 24 equal steps, one row per destination, subscription and step in which something was published or consumed.
-- Rows with a blank subscription are of messages that nobody was seen to have.
-- over: spans.consumer
--
-- destination: system://host/name
-- subscription: group, subscription or queue; empty for messages that nobody had
-- step: from 0 to 23
-- startMs: start of the step, Unix time, ms
-- stepMs: length of a step, ms
-- published: deliveries whose message was published in this step, by the producer's clock
-- consumed: deliveries that began in this step, by the consumer's clock
-- p50DelayMs: median time from publish to consumer of those that began in this step, ms
-- leastDelayMs: shortest of them, ms
WITH
    assumeNotNull((SELECT minIf(if(PublishedNs = 0, ConsumedNs, PublishedNs), ConsumedNs + PublishedNs != 0) FROM deliveries)) AS firstNs,
    assumeNotNull((SELECT max(greatest(PublishedNs, ConsumedNs)) FROM deliveries)) AS lastNs,
    greatest(24, lastNs - firstNs + 1) AS wholeNs
SELECT
    Destination AS destination,
    Subscription AS subscription,
    toUInt8(least(23, greatest(0, intDiv((Event.2 - firstNs) * 24, wholeNs)))) AS step,
    intDiv(min(firstNs) + intDiv(step * min(wholeNs), 24), 1000000) AS startMs,
    intDiv(min(wholeNs), 24 * 1000000) AS stepMs,
    countIf(Event.1 = 0) AS published,
    countIf(Event.1 = 1) AS consumed,
    if(consumed = 0, 0, quantileExactIf(0.5)(DelayNs, Event.1 = 1)) / 1e6 AS p50DelayMs,
    if(consumed = 0, 0, minIf(DelayNs, Event.1 = 1)) / 1e6 AS leastDelayMs
FROM
(
    SELECT Destination, Subscription, ConsumedNs - PublishedNs AS DelayNs,
        arrayJoin(if(ConsumedNs = 0, [(0, PublishedNs)], [(0, PublishedNs), (1, ConsumedNs)])) AS Event
    FROM deliveries
    WHERE PublishedNs != 0 AND Temporary = 0 AND Step != 'receive'
)
GROUP BY Destination, Subscription, step
ORDER BY destination, subscription, step
