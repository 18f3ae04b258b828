-- Commands that touched a key of a cache, as a capture tells them (MONITOR, access logs): one row a key. Values are never kept.
CREATE TABLE IF NOT EXISTS cache_commands
(
    Source LowCardinality(String) COMMENT 'Evidence that the row is from, as the user named it',
    Seq UInt64 COMMENT 'Position in the source: commands of one microsecond keep their order',
    Position UInt16 COMMENT 'Position of the key in its command, from 0',
    AtNs Int64 COMMENT 'Unix time of the command, nanoseconds, by the clock of the cache; of access logs without a date, since their start',
    Cache LowCardinality(String) COMMENT 'system://host:port; empty where the capture does not say',
    Database LowCardinality(String) COMMENT 'Database number within the server; empty where there is none',
    Client LowCardinality(String) COMMENT 'Address or name of the client; empty when unknown',
    Command LowCardinality(String) COMMENT 'Upper case',
    Key String COMMENT 'The key; a hash, list or set counts as one key',
    ValueBytes UInt32 COMMENT 'Length of the value written or read; 0 when unknown',
    TtlMs Int64 COMMENT 'Time to live that the command gives the key; -1 when it writes one without, 0 when it says nothing of it'
)
ENGINE = MergeTree
ORDER BY (Source, Cache, Database, cityHash64(Key), AtNs, Seq, Position)
