-- For one bucket: messages that reached a consumer. Links and message ids cross traces, so their buckets follow the producer's trace and the message id.
SELECT
    spans.TraceId AS ProducerTraceId,
    spans.ParentSpanId AS ProducerSpanId,
    spans.ParentService AS Producer,
    spans.TraceId AS ConsumerTraceId,
    spans.SpanId AS ConsumerSpanId,
    spans.Service AS Consumer,
    spans.Destination AS Destination,
    'parent' AS Via,
    spans.ParentStartNs AS PublishedNs,
    spans.StartNs AS ConsumedNs,
    spans.DurationNs AS DurationNs,
    spans.Error AS Error
FROM spans
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'consumer' AND ParentRole = 'producer'
UNION ALL
SELECT
    producer.TraceId AS ProducerTraceId,
    producer.SpanId AS ProducerSpanId,
    producer.Service AS Producer,
    consumer.TraceId AS ConsumerTraceId,
    consumer.SpanId AS ConsumerSpanId,
    consumer.Service AS Consumer,
    producer.Destination AS Destination,
    'link' AS Via,
    producer.StartNs AS PublishedNs,
    consumer.StartNs AS ConsumedNs,
    consumer.DurationNs AS DurationNs,
    consumer.Error AS Error
FROM
(
    SELECT TraceId, SpanId, Service, StartNs, DurationNs, Error, cityHash64(LinkTraceId, LinkSpanId) AS LinkKey
    FROM spans ARRAY JOIN LinkTraceIds AS LinkTraceId, LinkSpanIds AS LinkSpanId
    WHERE Role = 'consumer' AND ParentRole != 'producer' AND cityHash64(LinkTraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
) AS consumer
INNER JOIN
(
    SELECT TraceId, SpanId, SpanKey, Service, Destination, StartNs FROM spans
    WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'producer'
    ORDER BY SpanKey, StartNs
    LIMIT 1 BY SpanKey
) AS producer ON consumer.LinkKey = producer.SpanKey
UNION ALL
SELECT
    producer.TraceId AS ProducerTraceId,
    producer.SpanId AS ProducerSpanId,
    producer.Service AS Producer,
    consumer.TraceId AS ConsumerTraceId,
    consumer.SpanId AS ConsumerSpanId,
    consumer.Service AS Consumer,
    producer.Destination AS Destination,
    'message-id' AS Via,
    producer.StartNs AS PublishedNs,
    consumer.StartNs AS ConsumedNs,
    consumer.DurationNs AS DurationNs,
    consumer.Error AS Error
FROM
(
    SELECT TraceId, SpanId, Service, StartNs, DurationNs, Error, cityHash64(System, DestinationName, MessageId) AS MessageKey
    FROM spans
    WHERE Role = 'consumer' AND ParentRole != 'producer' AND empty(LinkTraceIds) AND MessageId != '' AND DestinationName != ''
        AND cityHash64(MessageId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
) AS consumer
INNER JOIN
(
    SELECT TraceId, SpanId, Service, Destination, StartNs, cityHash64(System, DestinationName, MessageId) AS MessageKey
    FROM spans
    WHERE Role = 'producer' AND MessageId != '' AND DestinationName != '' AND cityHash64(MessageId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    ORDER BY MessageKey, StartNs, SpanId
    LIMIT 1 BY MessageKey
) AS producer ON consumer.MessageKey = producer.MessageKey
