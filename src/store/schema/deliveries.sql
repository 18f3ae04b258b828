-- One row a message and CONSUMER span that had it: parent, link, or the same destination and message id make producer and consumer one edge.
-- A message that nobody was seen to have, and a CONSUMER span whose message nobody was seen to send, have a row with the other side blank.
CREATE TABLE IF NOT EXISTS deliveries
(
    ProducerTraceId String COMMENT 'Trace of the PRODUCER span; empty when that was not seen',
    ProducerSpanId String COMMENT 'The PRODUCER span',
    ProducerKey UInt64 COMMENT 'SpanKey of the PRODUCER span; 0 when it was not seen',
    Producer LowCardinality(String) COMMENT 'Service that published; empty when it was not seen',
    ProducerInstance LowCardinality(String) COMMENT 'Its instance',
    ConsumerTraceId String COMMENT 'Trace of the CONSUMER span; empty when nobody had the message',
    ConsumerSpanId String COMMENT 'The CONSUMER span',
    ConsumerKey UInt64 COMMENT 'SpanKey of the CONSUMER span; 0 when nobody had the message',
    Consumer LowCardinality(String) COMMENT 'Service that received or processed; empty when nobody had the message',
    ConsumerInstance LowCardinality(String) COMMENT 'Its instance',
    System LowCardinality(String) COMMENT 'Messaging system',
    Destination LowCardinality(String) COMMENT 'Destination as the producer names it, as the consumer does where the producer was not seen',
    ReadFrom LowCardinality(String) COMMENT 'Destination as the consumer names it; empty when nobody had the message',
    Subscription LowCardinality(String) COMMENT 'Who of several gets a copy: group, subscription or queue; where the span does not say, the consumer''s service',
    Temporary UInt8 COMMENT '1 for a destination that is made for one asker, as for replies',
    Step LowCardinality(String) COMMENT 'receive, process, or publish when nobody had the message',
    Via LowCardinality(String) COMMENT 'parent, link or message-id; empty when one side was not seen',
    MessageId String COMMENT 'Id of the message as either side says; empty when neither does',
    MessageHash UInt64 COMMENT 'Of destination and message id; without an id, of the PRODUCER span: equal for every copy and attempt of one message',
    ConversationId String COMMENT 'messaging.message.conversation_id of either side',
    Lane String COMMENT 'Within which the broker keeps order: key or partition; empty when unknown',
    PublishedNs Int64 COMMENT 'Start of the PRODUCER span, by the producer''s clock; where it was not seen, when the broker took the message; 0 when nobody knows',
    ConsumedNs Int64 COMMENT 'Start of the CONSUMER span, by the consumer''s clock',
    DurationNs UInt64 COMMENT 'Duration of the CONSUMER span',
    Error UInt8 COMMENT '1 when the CONSUMER span failed',
    Attempt UInt16 COMMENT 'How often the message was delivered, this time included, as the span says; 0 when unknown',
    Batch UInt32 COMMENT 'Messages that the CONSUMER span had, at least 1',
    CauseKey UInt64 COMMENT 'SpanKey of the CONSUMER span that published this message while it worked; 0 when no message caused it'
)
ENGINE = MergeTree
ORDER BY cityHash64(ProducerTraceId) % 64
