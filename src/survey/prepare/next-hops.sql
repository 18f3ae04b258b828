-- Deliveries that the last hops of the chains so far caused.
SELECT
    chain.OriginKey AS OriginKey,
    chain.OriginTraceId AS OriginTraceId,
    chain.OriginNs AS OriginNs,
    toUInt8({hop:UInt8} + 1) AS Hop,
    arrayConcat(chain.Path, [toString(delivery.Destination), toString(delivery.Consumer)]) AS Path,
    delivery.ConsumerKey AS ConsumerKey,
    delivery.ConsumerTraceId AS ConsumerTraceId,
    delivery.ConsumerSpanId AS ConsumerSpanId,
    delivery.ConsumedNs AS ConsumedNs,
    delivery.ConsumedNs + toInt64(delivery.DurationNs) AS DoneNs,
    delivery.Error AS Error
FROM
(
    SELECT CauseKey, Destination, Consumer, ConsumerKey, ConsumerTraceId, ConsumerSpanId, ConsumedNs, DurationNs, Error FROM deliveries
    WHERE Step = 'process' AND Via != '' AND Temporary = 0 AND CauseKey IN (SELECT ConsumerKey FROM chains WHERE Hop = {hop:UInt8})
) AS delivery
INNER JOIN (SELECT OriginKey, OriginTraceId, OriginNs, Path, ConsumerKey FROM chains WHERE Hop = {hop:UInt8}) AS chain ON delivery.CauseKey = chain.ConsumerKey
