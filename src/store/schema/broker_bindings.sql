-- Which exchange leads to which queue: one row a binding.
CREATE TABLE IF NOT EXISTS broker_bindings
(
    Source LowCardinality(String) COMMENT 'Evidence that the row is from, secrets redacted',
    Broker LowCardinality(String) COMMENT 'system://host; empty where a file does not say',
    VirtualHost LowCardinality(String) COMMENT 'Virtual host',
    Exchange String COMMENT 'Exchange that messages come from; empty for the default exchange',
    ExchangeKind LowCardinality(String) COMMENT 'direct, topic, fanout, headers …; empty when unknown',
    RoutingKey String COMMENT 'Routing key or pattern',
    Queue String COMMENT 'Queue or exchange that they go to',
    Kind LowCardinality(String) COMMENT 'queue or exchange'
)
ENGINE = MergeTree
ORDER BY (Broker, VirtualHost, Exchange, RoutingKey, Queue)
