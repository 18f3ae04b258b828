-- Processed messages, by whether their span leads back to who sent them. Receives and settlements are not counted: one may stand for many messages.
-- A span leads back when it has a link, a producer as parent, a parent in another service or outside the evidence,
-- a receive that is itself linked as parent, or a producer to the same destination in its own trace.
-- Ids are a sample spread over the spans that lead nowhere.
-- over: spans.consumer
--
-- destination: system://host/name; empty when the span does not say
-- service: service that processes
-- spans: process spans
-- unlinked: of those, leading back to no producer
-- identified: of the unlinked, with a message id
-- traces: distinct traces with an unlinked span
-- traceIds: up to ten traces with an unlinked span
-- spanIds: the unlinked span in each of traceIds
SELECT
    Processing.3 AS destination,
    Processing.2 AS service,
    count() AS spans,
    countIf(Unlinked) AS unlinked,
    countIf(Unlinked AND Processing.6) AS identified,
    uniqExactIf(TraceId, Unlinked) AS traces,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(Processing.1), TraceId, Processing.1), Unlinked)) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySortedIf(10)((cityHash64(Processing.1), TraceId, Processing.1), Unlinked)) AS spanIds
FROM
(
    SELECT
        TraceId,
        Processing,
        Processing.7 = 0 AND NOT has(LinkedReceives, Processing.5) AND NOT has(Published, Processing.4) AS Unlinked
    FROM
    (
        SELECT
            TraceId,
            groupArrayIf(
                (SpanId, toString(Service), toString(Destination), toString(DestinationName), ParentKey, MessageId != '', leadsBack),
                Role = 'consumer' AND MessagingOperation NOT IN ('receive', 'settle')) AS Processed,
            groupUniqArrayIf(SpanKey, Role = 'consumer' AND MessagingOperation = 'receive' AND leadsBack) AS LinkedReceives,
            groupUniqArrayIf(toString(DestinationName), Role = 'producer' AND DestinationName != '') AS Published
        FROM
        (
            SELECT TraceId, SpanId, SpanKey, ParentKey, Service, Role, Destination, DestinationName, MessagingOperation, MessageId,
                notEmpty(LinkTraceIds) OR (ParentSpanId != '' AND (HasParent = 0 OR ParentService != Service OR ParentRole = 'producer')) AS leadsBack
            FROM spans
            WHERE Role IN ('producer', 'consumer')
        )
        GROUP BY TraceId
    )
    ARRAY JOIN Processed AS Processing
)
GROUP BY Processing.3, Processing.2
ORDER BY destination, service
