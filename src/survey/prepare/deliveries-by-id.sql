-- For one bucket of message ids: consumers with neither parent nor link, joined to the first producer of the same destination and message id.
-- Those without such a producer are kept with a blank one.
SELECT
    producer.TraceId AS ProducerTraceId,
    producer.SpanId AS ProducerSpanId,
    producer.SpanKey AS ProducerKey,
    producer.Service AS Producer,
    producer.Instance AS ProducerInstance,
    consumer.TraceId AS ConsumerTraceId,
    consumer.SpanId AS ConsumerSpanId,
    consumer.SpanKey AS ConsumerKey,
    consumer.Service AS Consumer,
    consumer.Instance AS ConsumerInstance,
    consumer.System AS System,
    if(producer.Destination != '', producer.Destination, consumer.Destination) AS Destination,
    consumer.Destination AS ReadFrom,
    if(consumer.Subscription != '', toString(consumer.Subscription), toString(consumer.Service)) AS Subscription,
    greatest(producer.Temporary, consumer.Temporary) AS Temporary,
    if(consumer.MessagingOperation = 'receive', 'receive', 'process') AS Step,
    if(producer.SpanKey = 0, '', 'message-id') AS Via,
    consumer.MessageId AS MessageId,
    cityHash64(toString(Destination), if(MessageId != '', MessageId, toString(consumer.SpanKey))) AS MessageHash,
    if(producer.ConversationId != '', producer.ConversationId, consumer.ConversationId) AS ConversationId,
    if(producer.Lane != '', producer.Lane, consumer.Lane) AS Lane,
    if(producer.SpanKey != 0, producer.StartNs, consumer.EnqueuedNs) AS PublishedNs,
    consumer.StartNs AS ConsumedNs,
    consumer.DurationNs AS DurationNs,
    consumer.Error AS Error,
    consumer.Attempt AS Attempt,
    greatest(1, consumer.BatchCount) AS Batch,
    producer.CauseKey AS CauseKey
FROM
(
    SELECT TraceId, SpanId, SpanKey, Service, Instance, System, Destination, DestinationName, Subscription, Temporary, MessagingOperation, MessageId,
        ConversationId, Lane, StartNs, DurationNs, EnqueuedNs, Error, Attempt, BatchCount,
        if(MessageId = '' OR DestinationName = '', 0, cityHash64(System, DestinationName, MessageId)) AS MessageKey
    FROM spans
    WHERE Role = 'consumer' AND MessagingOperation != 'settle' AND ParentRole != 'producer' AND empty(LinkTraceIds)
        AND cityHash64(MessageId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
) AS consumer
LEFT ANY JOIN
(
    SELECT TraceId, SpanId, SpanKey, Service, Instance, Destination, Temporary, ConversationId, Lane, StartNs,
        if(ParentRole = 'consumer', ParentKey, 0) AS CauseKey,
        cityHash64(System, DestinationName, MessageId) AS MessageKey
    FROM spans
    WHERE Role = 'producer' AND MessageId != '' AND DestinationName != '' AND cityHash64(MessageId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
        AND MessageId IN (SELECT MessageId FROM spans WHERE Role = 'consumer' AND MessageId != '' AND ParentRole != 'producer' AND empty(LinkTraceIds))
    ORDER BY MessageKey, StartNs, SpanId
    LIMIT 1 BY MessageKey
) AS producer ON consumer.MessageKey = producer.MessageKey
