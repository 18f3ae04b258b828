-- For one bucket of producers' traces: messages that reached a consumer as its parent or by a link, and links that lead nowhere.
-- Lines that end in "-- repeated ids" are left out where every id occurs once.
-- The ids of a producer are taken from what leads to it, not from its row: a join picks each value of a million rows from another place in memory.
-- A producer is caused by the CONSUMER span that it lies under (three levels up are looked at) or, where a message begins a trace, by that trace's root.
WITH
    producers AS
    (
        SELECT
            span.SpanKey AS SpanKey, span.Service AS Service, span.Instance AS Instance, span.System AS System,
            span.Destination AS Destination, span.DestinationName AS DestinationName, span.Temporary AS Temporary, span.MessageId AS MessageId,
            span.ConversationId AS ConversationId, span.Lane AS Lane, span.StartNs AS StartNs,
            multiIf(
                span.ParentRole = 'consumer', span.ParentKey,
                above.ParentRole = 'consumer', above.ParentKey,
                higher.ParentRole = 'consumer', higher.ParentKey,
                root.SpanKey) AS CauseKey
        FROM
        (
            SELECT cityHash64(TraceId) AS TraceKey, SpanKey, ParentKey, ParentRole, Service, Instance, System, Destination, DestinationName, Temporary, MessageId, ConversationId, Lane, StartNs
            FROM spans
            WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'producer'
            ORDER BY SpanKey, StartNs, Service LIMIT 1 BY SpanKey -- repeated ids
        ) AS span
        LEFT ANY JOIN
        (
            SELECT SpanKey, ParentKey, ParentRole FROM spans
            WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role IN ('internal', 'client', 'producer') AND ParentRole IN ('internal', 'consumer')
        ) AS above ON span.ParentKey = above.SpanKey
        LEFT ANY JOIN
        (
            SELECT SpanKey, ParentKey, ParentRole FROM spans
            WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'internal' AND ParentRole = 'consumer'
        ) AS higher ON above.ParentKey = higher.SpanKey
        LEFT ANY JOIN
        (
            SELECT cityHash64(TraceId) AS TraceKey, min(SpanKey) AS SpanKey FROM spans
            WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'consumer' AND HasParent = 0
            GROUP BY TraceKey
        ) AS root ON span.TraceKey = root.TraceKey
    )
SELECT
    if(producer.SpanKey = 0, '', consumer.JoinTraceId) AS ProducerTraceId,
    if(producer.SpanKey = 0, '', consumer.JoinSpanId) AS ProducerSpanId,
    producer.SpanKey AS ProducerKey,
    producer.Service AS Producer,
    producer.Instance AS ProducerInstance,
    consumer.TraceId AS ConsumerTraceId,
    consumer.SpanId AS ConsumerSpanId,
    consumer.SpanKey AS ConsumerKey,
    consumer.Service AS Consumer,
    consumer.Instance AS ConsumerInstance,
    if(producer.SpanKey != 0, producer.System, consumer.System) AS System,
    if(producer.Destination != '', producer.Destination, consumer.Destination) AS Destination,
    consumer.Destination AS ReadFrom,
    multiIf(
        consumer.Subscription != '', consumer.Subscription,
        producer.DestinationName != '' AND consumer.DestinationName NOT IN ('', producer.DestinationName), consumer.DestinationName,
        consumer.Service) AS Subscription,
    greatest(producer.Temporary, consumer.Temporary) AS Temporary,
    if(consumer.MessagingOperation = 'receive', 'receive', 'process') AS Step,
    if(producer.SpanKey = 0, '', consumer.Route) AS Via,
    if(producer.MessageId != '', producer.MessageId, consumer.MessageId) AS MessageId,
    cityHash64(toString(Destination), if(MessageId != '', MessageId, toString(consumer.JoinKey))) AS MessageHash,
    if(producer.ConversationId != '', producer.ConversationId, consumer.ConversationId) AS ConversationId,
    if(producer.Lane != '', producer.Lane, consumer.Lane) AS Lane,
    if(producer.SpanKey != 0, producer.StartNs, consumer.EnqueuedNs) AS PublishedNs,
    consumer.StartNs AS ConsumedNs,
    consumer.DurationNs AS DurationNs,
    consumer.Error AS Error,
    consumer.Attempt AS Attempt,
    greatest(1, consumer.BatchCount, consumer.Linked) AS Batch,
    producer.CauseKey AS CauseKey
FROM
(
    SELECT TraceId, SpanId, SpanKey, Service, Instance, System, Destination, DestinationName, Subscription, Temporary, MessagingOperation, MessageId,
        ConversationId, Lane, StartNs, DurationNs, EnqueuedNs, Error, Attempt, BatchCount, Linked,
        arrayJoin(Ways) AS Way, if(Way.1 = 1, 'parent', 'link') AS Route, Way.2 AS JoinKey, Way.3 AS JoinTraceId, Way.4 AS JoinSpanId
    FROM
    (
        SELECT TraceId, SpanId, SpanKey, Service, Instance, System, Destination, DestinationName, Subscription, Temporary, MessagingOperation, MessageId,
            ConversationId, Lane, StartNs, DurationNs, EnqueuedNs, Error, Attempt, BatchCount, toUInt32(length(LinkSpanIds)) AS Linked,
            -- of this bucket alone: a row is copied for each way. A link to the parent says no more than the parent does.
            arrayConcat(
                if(ParentRole = 'producer' AND NOT has(LinkSpanIds, ParentSpanId) AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}, [(1, ParentKey, TraceId, ParentSpanId)], []),
                arrayFilter((way, trace) -> cityHash64(trace) % 64 BETWEEN {first:UInt8} AND {last:UInt8},
                    arrayMap((trace, span) -> (0, cityHash64(trace, span), trace, span), LinkTraceIds, LinkSpanIds), LinkTraceIds)) AS Ways
        FROM spans
        WHERE Role = 'consumer' AND MessagingOperation != 'settle'
    )
) AS consumer
LEFT ANY JOIN producers AS producer ON consumer.JoinKey = producer.SpanKey
