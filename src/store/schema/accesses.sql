-- What touched a key of a cache, judged: the pattern of the key, hit or miss, and where a miss was answered from.
CREATE TABLE IF NOT EXISTS accesses
(
    Origin LowCardinality(String) COMMENT 'trace or capture',
    Counted UInt8 COMMENT '1 when it counts: commands of a trace do not where a capture of the same cache counts all of them',
    Cache LowCardinality(String) COMMENT 'As in touches',
    Service LowCardinality(String) COMMENT 'As in touches',
    Client LowCardinality(String) COMMENT 'As in touches',
    TraceId String COMMENT 'As in touches',
    SpanId String COMMENT 'As in touches',
    ParentKey UInt64 COMMENT 'As in touches',
    AtNs Int64 COMMENT 'As in touches',
    DurationNs UInt64 COMMENT 'As in touches',
    Seq UInt64 COMMENT 'As in touches',
    Command LowCardinality(String) COMMENT 'As in touches',
    Kind LowCardinality(String) COMMENT 'As in touches',
    Key String COMMENT 'As in touches',
    KeyHash UInt64 COMMENT 'As in touches',
    Pattern LowCardinality(String) COMMENT 'The key with its variable parts replaced; empty when the key is hidden',
    ValueBytes UInt32 COMMENT 'As in touches',
    TtlMs Int64 COMMENT 'As in touches',
    Hit Int8 COMMENT '1 hit, 0 miss, -1 unknown; 2 a read that nothing follows, 3 one that a write follows and no answer of a database: hit and miss where the service is seen to answer misses of this pattern',
    Error UInt8 COMMENT 'As in touches',
    RequestError UInt8 COMMENT 'As in touches',
    AgeNs Int64 COMMENT 'Of a hit: time since the key was last written, as far as seen; -1 when unknown',
    Fills UInt8 COMMENT '1 for a write that answers a miss',
    FilledNs Int64 COMMENT 'Of a miss: when its answer was written to the cache; 0 when never',
    FillNs Int64 COMMENT 'Of a miss: how long that write took; 0 in a capture',
    SourceNs Int64 COMMENT 'Of a miss: how long the database or the service behind it took to answer; 0 in a capture',
    SourceStartNs Int64 COMMENT 'Of a miss: when that began',
    SourceKind LowCardinality(String) COMMENT 'Of a miss: query, client, or empty when unknown',
    SourceStore LowCardinality(String) COMMENT 'Of a miss: the store that was read, or the service that was called',
    SourceTable LowCardinality(String) COMMENT 'Of a miss: the tables that were read, joined by commas',
    SourceHash UInt64 COMMENT 'Of a miss: the statement',
    SourceSpanId String COMMENT 'Of a miss: the span of that answer'
)
ENGINE = MergeTree
ORDER BY (Cache, Pattern, KeyHash, AtNs, Seq)
