-- Keys of a running cache, a sample: one row a key.
CREATE TABLE IF NOT EXISTS cache_keys
(
    Source LowCardinality(String) COMMENT 'Evidence that the row is from, secrets redacted',
    Cache LowCardinality(String) COMMENT 'system://host:port',
    Database LowCardinality(String) COMMENT 'Database number; empty where there is none',
    Key String COMMENT 'The key',
    Type LowCardinality(String) COMMENT 'string, hash, list, set, zset, stream …',
    TtlMs Int64 DEFAULT -2 COMMENT 'Left to live when it was asked; -1 for ever, -2 when unknown',
    MemoryBytes Int64 DEFAULT -1 COMMENT 'Memory that it takes, by the server''s own estimate; -1 when unknown',
    Elements Int64 DEFAULT -1 COMMENT 'Fields, members or entries; length in bytes of a string; -1 when unknown',
    IdleSeconds Int64 DEFAULT -1 COMMENT 'Since it was last touched; -1 when unknown',
    Frequency Int32 DEFAULT -1 COMMENT 'Logarithmic counter of LFU policies; -1 when unknown',
    Encoding LowCardinality(String) COMMENT 'As OBJECT ENCODING says; empty when unknown',
    Sampled UInt64 COMMENT 'Keys sampled of this database',
    Total UInt64 COMMENT 'Keys in this database'
)
ENGINE = MergeTree
ORDER BY (Cache, Database, Key)
