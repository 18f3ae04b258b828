-- The one host of a destination, where all who name a host name the same: a span that names none means it.
CREATE TABLE IF NOT EXISTS broker_hosts
(
    System LowCardinality(String) COMMENT 'Messaging system',
    DestinationName String COMMENT 'Exchange, queue, topic or subject',
    OnlyHost LowCardinality(String) COMMENT 'Canonical host'
)
ENGINE = MergeTree
ORDER BY (System, DestinationName)
