-- Messages that caused messages: each row is one delivery in a chain that begins with a publish which no message caused.
-- A deterministic sample of such beginnings (those with the lowest hash), each followed as far as eight deliveries.
CREATE TABLE IF NOT EXISTS chains
(
    OriginKey UInt64 COMMENT 'SpanKey of the first PRODUCER span',
    OriginTraceId String COMMENT 'Its trace',
    OriginNs Int64 COMMENT 'Its start, by the clock of its service',
    Hop UInt8 COMMENT 'Deliveries from the origin to this one, from 1',
    Path Array(String) COMMENT 'Service, destination, service, destination … from the first producer to this consumer',
    ConsumerKey UInt64 COMMENT 'The CONSUMER span of this delivery',
    ConsumerTraceId String COMMENT 'Its trace',
    ConsumerSpanId String COMMENT 'Its id',
    ConsumedNs Int64 COMMENT 'Its start, by the consumer''s clock',
    DoneNs Int64 COMMENT 'Its end, by the consumer''s clock',
    Error UInt8 COMMENT '1 when it failed'
)
ENGINE = MergeTree
ORDER BY (OriginKey, Hop)
