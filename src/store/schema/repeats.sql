-- One row a processing of a message that one subscription processed more than once: attempts after failures, and duplicates.
CREATE TABLE IF NOT EXISTS repeats
(
    Destination LowCardinality(String) COMMENT 'As in deliveries',
    Subscription LowCardinality(String) COMMENT 'As in deliveries',
    Consumer LowCardinality(String) COMMENT 'Service that processed',
    ConsumerInstance LowCardinality(String) COMMENT 'Its instance',
    MessageHash UInt64 COMMENT 'As in deliveries',
    MessageId String COMMENT 'As in deliveries',
    Lane String COMMENT 'As in deliveries',
    ProducerKey UInt64 COMMENT 'SpanKey of the PRODUCER span: two of one message are two publishes under one id',
    ProducerTraceId String COMMENT 'Trace of the PRODUCER span',
    ProducerSpanId String COMMENT 'The PRODUCER span',
    PublishedNs Int64 COMMENT 'As in deliveries',
    ConsumerTraceId String COMMENT 'Trace of the CONSUMER span',
    ConsumerSpanId String COMMENT 'The CONSUMER span',
    ConsumedNs Int64 COMMENT 'Start, by the consumer''s clock',
    DurationNs UInt64 COMMENT 'Duration',
    Error UInt8 COMMENT '1 when it failed',
    Attempt UInt16 COMMENT 'As in deliveries',
    Writes Array(String) COMMENT 'What it did that is not the same when done twice: INSERT letters, POST payments /charges, publish bookshop:parcel.sent; of a sample of messages',
    Guarded Array(String) COMMENT 'Of Writes, those that a second run cannot repeat: ON CONFLICT and the like, or a table that the run reads before it inserts',
    Sampled UInt8 COMMENT '1 when its writes were looked at'
)
ENGINE = MergeTree
ORDER BY (Destination, Subscription, MessageHash, ConsumedNs)
