-- Processed messages, by whether their span leads back to who sent them. Receives and settlements are not counted: one may stand for many messages.
-- A span leads back when it has a link, a producer as parent, a parent in another service or outside the evidence,
-- a receive that is itself linked as parent, or a producer to the same destination in its own trace.
-- Only traces with a span that may lead nowhere are looked into. Ids are a sample spread over the spans that lead nowhere.
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
WITH notEmpty(LinkTraceIds) OR (ParentSpanId != '' AND (HasParent = 0 OR ParentService != Service OR ParentRole = 'producer')) AS leadsBack
SELECT
    Destination AS destination,
    Service AS service,
    count() AS spans,
    countIf(Unlinked) AS unlinked,
    countIf(Unlinked AND Identified) AS identified,
    uniqExactIf(TraceId, Unlinked) AS traces,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), Unlinked) AS samples) AS traceIds,
    arrayMap(sample -> sample.3, samples) AS spanIds
FROM
(
    SELECT TraceId, SpanId, Service, Destination, MessageId != '' AS Identified, 0 AS Unlinked
    FROM spans
    WHERE Role = 'consumer' AND MessagingOperation NOT IN ('receive', 'settle') AND leadsBack
    UNION ALL
    SELECT
        TraceId,
        Processing.1 AS SpanId,
        Processing.2 AS Service,
        Processing.3 AS Destination,
        Processing.6 AS Identified,
        NOT has(LinkedReceives, Processing.5) AND NOT has(Published, Processing.4) AS Unlinked
    FROM
    (
        SELECT
            TraceId,
            groupArrayIf(
                (SpanId, toString(Service), toString(Destination), toString(DestinationName), ParentKey, MessageId != ''),
                Role = 'consumer' AND MessagingOperation NOT IN ('receive', 'settle') AND NOT leadsBack) AS Processed,
            groupUniqArrayIf(SpanKey, Role = 'consumer' AND MessagingOperation = 'receive' AND leadsBack) AS LinkedReceives,
            groupUniqArrayIf(toString(DestinationName), Role = 'producer' AND DestinationName != '') AS Published
        FROM spans
        WHERE Role IN ('producer', 'consumer') AND TraceId IN
        (
            SELECT TraceId FROM spans WHERE Role = 'consumer' AND MessagingOperation NOT IN ('receive', 'settle') AND NOT leadsBack
        )
        GROUP BY TraceId
    )
    ARRAY JOIN Processed AS Processing
)
GROUP BY Destination, Service
ORDER BY destination, service
