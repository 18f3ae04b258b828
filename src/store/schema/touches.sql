-- What touched a key of a cache, as the evidence says it: a row a key of a command, from spans and from captures alike. Emptied once `accesses` is filled.
CREATE TABLE IF NOT EXISTS touches
(
    Origin LowCardinality(String) COMMENT 'trace or capture',
    Cache LowCardinality(String) COMMENT 'system://host:port/namespace as in spans; system:///database for a capture that no store of the traces fits',
    Service LowCardinality(String) COMMENT 'Service of the span; empty in a capture',
    Client LowCardinality(String) COMMENT 'Client of the capture; empty in a trace',
    TraceId String COMMENT 'Empty in a capture',
    SpanId String COMMENT 'Empty in a capture',
    ParentKey UInt64 COMMENT 'SpanKey of the parent; 0 in a capture',
    AtNs Int64 COMMENT 'Unix time, nanoseconds',
    DurationNs UInt64 COMMENT 'Of the span; 0 in a capture',
    Seq UInt64 COMMENT 'Order within one time',
    Command LowCardinality(String) COMMENT 'Upper case',
    Kind LowCardinality(String) COMMENT 'read (tells hit from miss), look (reads without telling), write, delete, expire, other, or failure: a request that failed with the words of a cache client',
    Key String COMMENT 'At most 512 characters; empty when the evidence hides it',
    KeyHash UInt64 COMMENT 'Of cache and key',
    Template String COMMENT 'The key with numbers and ids replaced: what patterns are learnt from',
    ValueBytes UInt32 COMMENT '0 when unknown',
    TtlMs Int64 COMMENT 'Time to live given; -1 for a write without, -2 for one that is hidden, 0 when the command says nothing of it',
    StatedHit Int8 COMMENT '1 hit, 0 miss, -1 when the evidence says nothing',
    Error UInt8 COMMENT '1 when the command failed',
    RequestError UInt8 COMMENT 'Of a failed command: 1 when the parent failed as well'
)
ENGINE = MergeTree
ORDER BY (KeyHash % 64, KeyHash, AtNs, Seq)
