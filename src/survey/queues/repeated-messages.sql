-- Messages that one subscription processed more than once: up to ten a subscription for each way (most failures first, then most successes),
-- with the figures of the whole subscription beside each.
-- over: repeats
--
-- destination: system://host/name
-- subscription: group, subscription or queue
-- consumer: service that processed
-- messageId: id of the message; empty when spans do not say
-- failures: runs of this message that failed
-- successes: runs of this message that succeeded
-- attempt: highest count of deliveries that a span of it states
-- publishes: publishes that it was seen to have: two are one message sent twice
-- repeatedMessages: messages of the subscription with two successes or more
-- repeatedRuns: successes of these beyond the first
-- failing: messages of the subscription with five failures or more, seen or stated
-- writes: what two successes of this message did again, and nothing keeps from happening twice
-- guardedWrites: what two successes of it did again, but can happen once only
-- looked: 1 when what its runs did was looked at
-- publishedMs: Unix time of its first publish, ms; 0 when unknown
-- startsMs: start of each run after the publish (after the first run where that is unknown), ms, up to fifty
-- durationsMs: duration of each run, ms
-- failed: for each run, 1 when it failed
-- instances: instance that ran it
-- traceIds: trace of each run
-- spanIds: span of each run
WITH
    arraySlice(arraySort(run -> (run.1, run.6), Runs), 1, 50) AS listed,
    arrayFilter(run -> run.3 = 0, Runs) AS done
SELECT
    Destination AS destination,
    Subscription AS subscription,
    Consumer AS consumer,
    MessageId AS messageId,
    Failures AS failures,
    Successes AS successes,
    HighestAttempt AS attempt,
    Publishes AS publishes,
    RepeatedMessages AS repeatedMessages,
    RepeatedRuns AS repeatedRuns,
    Failing AS failing,
    arrayFilter(write -> arrayCount(run -> has(run.7, write) AND NOT has(run.8, write), done) > 1, arraySort(arrayDistinct(arrayFlatten(arrayMap(run -> run.7, done))))) AS writes,
    arrayFilter(write -> arrayCount(run -> has(run.8, write), done) > 1, arraySort(arrayDistinct(arrayFlatten(arrayMap(run -> run.8, done))))) AS guardedWrites,
    Looked AS looked,
    intDiv(FirstPublishNs, 1000000) AS publishedMs,
    arrayMap(run -> (run.1 - if(FirstPublishNs = 0, listed[1].1, FirstPublishNs)) / 1e6, listed) AS startsMs,
    arrayMap(run -> run.2 / 1e6, listed) AS durationsMs,
    arrayMap(run -> run.3, listed) AS failed,
    arrayMap(run -> run.4, listed) AS instances,
    arrayMap(run -> run.5, listed) AS traceIds,
    arrayMap(run -> run.6, listed) AS spanIds
FROM
(
    SELECT Destination, Subscription, MessageHash, Consumer, MessageId, Failures, Successes, HighestAttempt, Publishes, FirstPublishNs, Looked, Runs,
        countIf(Successes > 1) OVER flow AS RepeatedMessages,
        sumIf(Successes - 1, Successes > 1) OVER flow AS RepeatedRuns,
        countIf(Failures >= 5 OR (Failures > 0 AND HighestAttempt >= 5)) OVER flow AS Failing,
        row_number() OVER (PARTITION BY Destination, Subscription ORDER BY Failures DESC, MessageHash) AS ByFailures,
        row_number() OVER (PARTITION BY Destination, Subscription ORDER BY notEmpty(arrayFlatten(arrayMap(run -> run.7, Runs))) DESC, Successes DESC, MessageHash) AS BySuccesses
    FROM
    (
        SELECT
            Destination, Subscription, MessageHash,
            min(repeats.Consumer) AS Consumer,
            min(repeats.MessageId) AS MessageId,
            countIf(Error = 1) AS Failures,
            countIf(Error = 0) AS Successes,
            max(Attempt) AS HighestAttempt,
            uniqExactIf(ProducerKey, ProducerKey != 0) AS Publishes,
            minIf(PublishedNs, PublishedNs != 0) AS FirstPublishNs,
            max(Sampled) AS Looked,
            groupArray(200)((ConsumedNs, DurationNs, Error, toString(ConsumerInstance), ConsumerTraceId, ConsumerSpanId, Writes, Guarded)) AS Runs
        FROM repeats
        GROUP BY Destination, Subscription, MessageHash
    )
    WINDOW flow AS (PARTITION BY Destination, Subscription)
)
WHERE ByFailures <= 10 OR BySuccesses <= 10
ORDER BY destination, subscription, failures DESC, successes DESC, MessageHash
