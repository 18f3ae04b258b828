-- One row a message that reached a consumer: parent, link, or the same destination and message id make producer and consumer one edge.
CREATE TABLE IF NOT EXISTS deliveries
(
    ProducerTraceId String COMMENT 'Trace of the PRODUCER span',
    ProducerSpanId String COMMENT 'The PRODUCER span',
    Producer LowCardinality(String) COMMENT 'Service that published',
    ConsumerTraceId String COMMENT 'Trace of the CONSUMER span',
    ConsumerSpanId String COMMENT 'The CONSUMER span',
    Consumer LowCardinality(String) COMMENT 'Service that received or processed',
    Destination LowCardinality(String) COMMENT 'Destination as the producer names it',
    Via LowCardinality(String) COMMENT 'parent, link or message-id',
    PublishedNs Int64 COMMENT 'Start of the PRODUCER span',
    ConsumedNs Int64 COMMENT 'Start of the CONSUMER span, by the consumer''s clock',
    DurationNs UInt64 COMMENT 'Duration of the CONSUMER span',
    Error UInt8 COMMENT '1 when the CONSUMER span failed'
)
ENGINE = MergeTree
ORDER BY (Producer, Consumer, Destination)
