-- What a cache says of itself (INFO and CONFIG, memcached's stats): one row a database and observation.
CREATE TABLE IF NOT EXISTS cache_servers
(
    Source LowCardinality(String) COMMENT 'Evidence that the row is from, secrets redacted',
    Cache LowCardinality(String) COMMENT 'system://host:port; empty where a file does not say',
    Database LowCardinality(String) COMMENT 'Database number; empty for the whole server',
    System LowCardinality(String) COMMENT 'redis, valkey or memcached',
    Version LowCardinality(String) COMMENT 'Of the server',
    AtMs Int64 COMMENT 'Unix time of the observation by the server''s clock, ms; 0 when unknown',
    UptimeSeconds UInt64 COMMENT 'Since counters began, at the most',
    Hits Int64 DEFAULT -1 COMMENT 'Lookups that found a key, since counters began; -1 when unknown',
    Misses Int64 DEFAULT -1 COMMENT 'Lookups that found none; -1 when unknown',
    Expired Int64 DEFAULT -1 COMMENT 'Keys that expired; -1 when unknown',
    Evicted Int64 DEFAULT -1 COMMENT 'Keys that were evicted for want of memory; -1 when unknown',
    UsedBytes Int64 DEFAULT -1 COMMENT 'Memory in use; -1 when unknown',
    MaxBytes Int64 DEFAULT -1 COMMENT 'Limit of memory; 0 for none, -1 when unknown',
    Policy LowCardinality(String) COMMENT 'Eviction policy (noeviction, allkeys-lru …); empty when unknown',
    Keys Int64 DEFAULT -1 COMMENT 'Keys held; -1 when unknown',
    KeysWithExpiry Int64 DEFAULT -1 COMMENT 'Of those, with a time to live; -1 when unknown',
    AvgTtlMs Int64 DEFAULT -1 COMMENT 'Mean time to live of keys that have one; -1 when unknown',
    OpsPerSecond Float64 DEFAULT -1 COMMENT 'Commands per second now; -1 when unknown',
    Clients Int64 DEFAULT -1 COMMENT 'Connected clients; -1 when unknown',
    Shards UInt32 DEFAULT 1 COMMENT 'Nodes that share the keys; 1 for a single server',
    Denied Array(String) COMMENT 'What could not be asked: CONFIG, MEMORY …'
)
ENGINE = MergeTree
ORDER BY (Cache, Database, AtMs)
