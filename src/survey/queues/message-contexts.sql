-- Whether the trace came along with a message: one row per destination, consumer and producer, over processed messages whose producer is known.
-- Where neither parent nor link leads back, the message id says who published it, or a conversation in which one service alone publishes there.
-- over: spans.consumer
-- over: spans.producer
--
-- destination: system://host/name as the consumer names it
-- consumer: service that processes
-- producer: service that published
-- processed: processed messages
-- lost: of those, processed in a trace that the consumer began, with neither parent nor link
-- conversations: of the lost, known by their conversation alone
-- traces: distinct traces that were begun so
-- traceIds: up to ten of them
-- spanIds: the process span in each of traceIds
-- publishTraceIds: the trace of the publish of each; where a conversation tells, that of its first publish there
-- publishSpanIds: the publish in each of publishTraceIds
WITH groupArraySortedIf(10)((cityHash64(ConsumerSpanId), ConsumerTraceId, ConsumerSpanId, PublishTraceId, PublishSpanId), Lost) AS sample
SELECT
    ReadFrom AS destination,
    Consumer AS consumer,
    Publisher AS producer,
    count() AS processed,
    countIf(Lost) AS lost,
    countIf(Lost AND Via = '') AS conversations,
    uniqExactIf(ConsumerTraceId, Lost) AS traces,
    arrayMap(one -> one.2, sample) AS traceIds,
    arrayMap(one -> one.3, sample) AS spanIds,
    arrayMap(one -> one.4, sample) AS publishTraceIds,
    arrayMap(one -> one.5, sample) AS publishSpanIds
FROM
(
    SELECT ReadFrom, Consumer, Via, ConsumerTraceId, ConsumerSpanId, Publisher, PublishTraceId, PublishSpanId,
        Via IN ('message-id', '') AND ConsumerTraceId != PublishTraceId AND ConsumerKey GLOBAL IN
        (
            SELECT SpanKey FROM spans WHERE Role = 'consumer' AND ParentSpanId = '' AND empty(LinkTraceIds)
        ) AS Lost
    FROM
    (
        SELECT ReadFrom, Consumer, Via, ConsumerTraceId, ConsumerSpanId, ConsumerKey,
            toString(Producer) AS Publisher, ProducerTraceId AS PublishTraceId, ProducerSpanId AS PublishSpanId
        FROM deliveries
        WHERE Step = 'process' AND Temporary = 0 AND Producer != ''
        UNION ALL
        SELECT message.ReadFrom, message.Consumer, message.Via, message.ConsumerTraceId, message.ConsumerSpanId, message.ConsumerKey,
            talk.Publisher, talk.FirstPublish.2, talk.FirstPublish.3
        FROM deliveries AS message
        GLOBAL LEFT ANY JOIN
        (
            SELECT Destination, ConversationId, min(toString(Producer)) AS Publisher, min((PublishedNs, ProducerTraceId, ProducerSpanId)) AS FirstPublish
            FROM deliveries
            WHERE Producer != '' AND ConversationId != ''
            GROUP BY Destination, ConversationId
            HAVING uniqExact(Producer) = 1
        ) AS talk ON message.Destination = talk.Destination AND message.ConversationId = talk.ConversationId
        WHERE message.Step = 'process' AND message.Temporary = 0 AND message.Producer = ''
    )
)
WHERE Publisher != ''
GROUP BY ReadFrom, Consumer, Publisher
ORDER BY destination, consumer, producer
