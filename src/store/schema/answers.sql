-- Questions asked by message: one row a request that published a message and was still open when the reply to it came back to the same process.
CREATE TABLE IF NOT EXISTS answers
(
    TraceId String COMMENT 'Trace of the request',
    ServerSpanId String COMMENT 'The SERVER span that waited',
    PublishSpanId String COMMENT 'The question',
    Service LowCardinality(String) COMMENT 'Service that asked',
    Operation LowCardinality(String) COMMENT 'Operation of the SERVER span',
    Destination LowCardinality(String) COMMENT 'Where the question was sent',
    ReplyTo LowCardinality(String) COMMENT 'Where the reply came from',
    Answerer LowCardinality(String) COMMENT 'Service that replied; empty when it was not seen',
    Temporary UInt8 COMMENT '1 when the reply came by a destination made for one asker',
    WaitedNs Int64 COMMENT 'From the question to the reply, by the asker''s clock',
    RequestNs UInt64 COMMENT 'Duration of the SERVER span'
)
ENGINE = MergeTree
ORDER BY (Service, Operation)
