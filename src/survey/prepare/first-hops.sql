-- Deliveries of messages that no message caused, for the beginnings with the lowest hash. Of a message with a receive and a process span, the latter.
SELECT
    ProducerKey AS OriginKey,
    ProducerTraceId AS OriginTraceId,
    PublishedNs AS OriginNs,
    1 AS Hop,
    [toString(Producer), toString(Destination), toString(Consumer)] AS Path,
    ConsumerKey,
    ConsumerTraceId,
    ConsumerSpanId,
    ConsumedNs,
    ConsumedNs + toInt64(DurationNs) AS DoneNs,
    Error
FROM deliveries
WHERE Step = 'process' AND Via != '' AND CauseKey = 0 AND Temporary = 0
ORDER BY cityHash64(ProducerKey), ProducerKey, ConsumerKey
LIMIT {most:UInt32}
