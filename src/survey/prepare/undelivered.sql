-- For one bucket of traces: messages that were published and that no consumer was seen to have, by span or by message id.
-- Not counted: publishes that failed, spans that send what other spans have created (they link to them), and a library's span around or inside another's.
SELECT
    TraceId AS ProducerTraceId,
    SpanId AS ProducerSpanId,
    SpanKey AS ProducerKey,
    Service AS Producer,
    Instance AS ProducerInstance,
    '' AS ConsumerTraceId,
    '' AS ConsumerSpanId,
    0 AS ConsumerKey,
    '' AS Consumer,
    '' AS ConsumerInstance,
    System,
    Destination,
    '' AS ReadFrom,
    '' AS Subscription,
    Temporary,
    'publish' AS Step,
    '' AS Via,
    MessageId,
    cityHash64(toString(Destination), if(MessageId != '', MessageId, toString(SpanKey))) AS MessageHash,
    ConversationId,
    Lane,
    StartNs AS PublishedNs,
    0 AS ConsumedNs,
    0 AS DurationNs,
    0 AS Error,
    0 AS Attempt,
    1 AS Batch,
    if(ParentRole = 'consumer', ParentKey, 0) AS CauseKey
FROM spans
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    AND Role = 'producer' AND ParentRole != 'producer' AND Error = 0 AND Destination != '' AND empty(LinkTraceIds)
    AND SpanKey NOT IN (SELECT ProducerKey FROM deliveries WHERE cityHash64(ProducerTraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8})
    AND SpanKey NOT IN (SELECT ParentKey FROM spans WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'producer' AND ParentRole = 'producer')
    AND (MessageId = '' OR MessageHash NOT IN (SELECT MessageHash FROM deliveries WHERE MessageId != '' AND Via != ''))
