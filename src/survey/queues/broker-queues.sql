-- What brokers say of their queues: one row a queue, stream, consumer or group, whatever number of observations and definitions there are of it.
-- Figures are of the last observation that has them; -1 where no observation does.
-- over: broker_queues
--
-- broker: system://host; empty when no evidence says
-- system: rabbitmq, nats or kafka
-- virtualHost: virtual host; empty where there is none
-- kind: queue, stream, consumer, topic or group
-- name: its name
-- parent: stream of a consumer, topic of a group; empty otherwise
-- temporary: 1 when it is exclusive or deletes itself
-- observations: observations with a time
-- consumers: consumers at the last observation
-- mostConsumers: most consumers at any observation
-- depth: messages held, or not yet had by a group or consumer
-- published: messages published to it since counters began
-- delivered: deliveries since counters began, redeliveries included
-- acknowledged: acknowledgements since counters began
-- redelivered: redeliveries since counters began
-- oldestAgeMs: age of the oldest message, ms
-- deadLetterTo: exchange, queue or subject that takes what is given up; empty for none
-- deadLetterQueues: queues that they arrive in, as far as bindings are known
-- deadLetterOf: queues whose dead letters come here, sorted; where no bindings are known, those whose dead letters may: nobody publishes here, and either something comes all the same or nothing ever did
-- bindings: exchange:routing-key of each binding that leads here, sorted
-- maxLength: limit of messages; -1 for none
-- maxBytes: limit of bytes; -1 for none
-- messageTtlMs: messages expire after, ms; -1 for never
-- deliveryLimit: deliveries of one message at the most; -1 for no limit
-- overflow: what happens at the limit; empty when unstated
-- atMs: Unix time of each observation, ms
-- depths: messages held at each of atMs
-- publishedAt: published at each of atMs
-- deliveredAt: delivered (of a group, its offset) at each of atMs
WITH
    (SELECT count() FROM broker_bindings) AS bound,
    (
        SELECT groupUniqArray(Name) FROM broker_queues
        WHERE System = 'rabbitmq' AND DeadLetterTo NOT IN ('', '(not told)') AND empty(DeadLetterQueues)
    ) AS unresolved,
    bound = 0 AND System = 'rabbitmq' AND Kind = 'queue' AND max(Published) = 0
        AND (max(Delivered) > 0 OR max(Messages) > minIf(Messages, Messages >= 0) OR max(Messages) = 0) AS unpublished,
    groupUniqArrayArray(broker_letters.Queues) AS sent,
    arraySort(groupUniqArrayIf((AtMs, if(Lag >= 0, Lag, Messages), Published, greatest(Delivered, Acknowledged), Consumers), AtMs > 0)) AS series
SELECT
    Server AS broker,
    System AS system,
    Host AS virtualHost,
    Kind AS kind,
    Name AS name,
    Parent AS parent,
    max(Exclusive = 1 OR AutoDelete = 1) AS temporary,
    length(series) AS observations,
    if(countIf(Consumers >= 0) = 0, -1, argMaxIf(Consumers, AtMs, Consumers >= 0)) AS consumers,
    max(Consumers) AS mostConsumers,
    if(countIf(Lag >= 0 OR Messages >= 0) = 0, -1, argMaxIf(if(Lag >= 0, Lag, Messages), AtMs, Lag >= 0 OR Messages >= 0)) AS depth,
    if(countIf(Published >= 0) = 0, -1, argMaxIf(Published, AtMs, Published >= 0)) AS published,
    if(countIf(Delivered >= 0) = 0, -1, argMaxIf(Delivered, AtMs, Delivered >= 0)) AS delivered,
    if(countIf(Acknowledged >= 0) = 0, -1, argMaxIf(Acknowledged, AtMs, Acknowledged >= 0)) AS acknowledged,
    if(countIf(Redelivered >= 0) = 0, -1, argMaxIf(Redelivered, AtMs, Redelivered >= 0)) AS redelivered,
    if(countIf(OldestAgeMs >= 0) = 0, -1, argMaxIf(OldestAgeMs, AtMs, OldestAgeMs >= 0)) AS oldestAgeMs,
    max(DeadLetterTo) AS deadLetterTo,
    arraySort(groupUniqArrayArray(DeadLetterQueues)) AS deadLetterQueues,
    arraySort(if(empty(sent) AND unpublished, arrayFilter(each -> each != Name, unresolved), sent)) AS deadLetterOf,
    arraySort(groupUniqArrayArray(broker_ways.Ways)) AS bindings,
    max(MaxLength) AS maxLength,
    max(MaxBytes) AS maxBytes,
    max(MessageTtlMs) AS messageTtlMs,
    max(DeliveryLimit) AS deliveryLimit,
    max(Overflow) AS overflow,
    arrayMap(one -> one.1, series) AS atMs,
    arrayMap(one -> one.2, series) AS depths,
    arrayMap(one -> one.3, series) AS publishedAt,
    arrayMap(one -> one.4, series) AS deliveredAt
FROM
(
    -- What a file does not say of a queue, another source of the same queue may.
    SELECT
        Broker, System, VirtualHost, Kind, Name, Parent, AtMs, Exclusive, AutoDelete, Consumers, Messages, Published,
        Delivered, Acknowledged, Redelivered, OldestAgeMs, DeadLetterTo, DeadLetterQueues, MaxLength, MaxBytes, MessageTtlMs, DeliveryLimit, Overflow, Lag,
        if(Broker = '', max(Broker) OVER same, Broker) AS Server,
        if(VirtualHost = '', max(VirtualHost) OVER same, VirtualHost) AS Host
    FROM broker_queues
    WINDOW same AS (PARTITION BY System, Kind, Parent, Name)
) AS broker_queues
LEFT ANY JOIN
(
    SELECT Queue, groupUniqArray(concat(Exchange, ':', RoutingKey)) AS Ways FROM broker_bindings WHERE Exchange != '' GROUP BY Queue
) AS broker_ways ON broker_queues.Name = broker_ways.Queue
LEFT ANY JOIN
(
    SELECT Target, groupUniqArray(Name) AS Queues FROM broker_queues ARRAY JOIN DeadLetterQueues AS Target WHERE Target != Name GROUP BY Target
) AS broker_letters ON broker_queues.Name = broker_letters.Target
WHERE Kind != 'exchange'
GROUP BY Server, System, Host, Kind, Name, Parent
ORDER BY system, broker, virtualHost, kind, parent, name
