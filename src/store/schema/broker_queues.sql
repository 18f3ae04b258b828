-- What a broker says of its queues, streams, consumers, groups, exchanges and topics: one row a thing and observation.
CREATE TABLE IF NOT EXISTS broker_queues
(
    Source LowCardinality(String) COMMENT 'Evidence that the row is from, secrets redacted',
    Broker LowCardinality(String) COMMENT 'system://host; empty where a file does not say',
    System LowCardinality(String) COMMENT 'rabbitmq, nats or kafka',
    VirtualHost LowCardinality(String) COMMENT 'RabbitMQ''s virtual host, JetStream''s domain or account; empty where there is none',
    Kind LowCardinality(String) COMMENT 'queue, exchange, stream, consumer, topic or group',
    Name String COMMENT 'Its name',
    Parent String COMMENT 'Stream of a consumer, topic of a group; empty otherwise',
    AtMs Int64 COMMENT 'Unix time of the observation, ms; 0 for a definition without a time',
    Durable Int8 DEFAULT -1 COMMENT '1 or 0; -1 when unknown',
    Exclusive Int8 DEFAULT -1 COMMENT '1 or 0; -1 when unknown',
    AutoDelete Int8 DEFAULT -1 COMMENT '1 or 0; -1 when unknown',
    Consumers Int64 DEFAULT -1 COMMENT 'Consumers now; -1 when unknown',
    Messages Int64 DEFAULT -1 COMMENT 'Messages held; -1 when unknown',
    Ready Int64 DEFAULT -1 COMMENT 'Of those, waiting for a consumer; -1 when unknown',
    Unacknowledged Int64 DEFAULT -1 COMMENT 'Of those, delivered and not acknowledged; -1 when unknown',
    Published Int64 DEFAULT -1 COMMENT 'Since counters began; -1 when unknown',
    Delivered Int64 DEFAULT -1 COMMENT 'Since counters began, redeliveries included; -1 when unknown',
    Acknowledged Int64 DEFAULT -1 COMMENT 'Since counters began; -1 when unknown',
    Redelivered Int64 DEFAULT -1 COMMENT 'Since counters began; -1 when unknown',
    Bytes Int64 DEFAULT -1 COMMENT 'Size of what is held; -1 when unknown',
    OldestAgeMs Int64 DEFAULT -1 COMMENT 'Age of the oldest message; -1 when unknown',
    DeadLetterTo String COMMENT 'Exchange, queue or stream that takes, or hears of, what is given up; empty for none; (not told) where the evidence does not say',
    DeadLetterQueues Array(String) COMMENT 'Queues or streams that what is given up arrives in, as far as bindings are known; empty when it leads nowhere, or nobody can tell',
    MaxLength Int64 DEFAULT -1 COMMENT 'Limit of messages; -1 for none',
    MaxBytes Int64 DEFAULT -1 COMMENT 'Limit of bytes; -1 for none',
    MessageTtlMs Int64 DEFAULT -1 COMMENT 'Messages expire after; -1 for never',
    DeliveryLimit Int64 DEFAULT -1 COMMENT 'Deliveries of one message at the most; -1 for no limit',
    Overflow LowCardinality(String) COMMENT 'What happens at the limit (drop-head, reject-publish …); empty when unstated',
    Arguments String COMMENT 'All that was declared, as JSON',
    Partitions Int64 DEFAULT -1 COMMENT 'Partitions of a topic; -1 when there are none',
    Lag Int64 DEFAULT -1 COMMENT 'Messages that a group or consumer has not had yet; -1 when unknown'
)
ENGINE = MergeTree
ORDER BY (Broker, VirtualHost, Kind, Parent, Name, AtMs)
