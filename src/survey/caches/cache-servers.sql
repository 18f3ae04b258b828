-- What caches say of themselves, each by its latest observation: a row for the whole server (database is empty), with counters,
-- and a row for each database that holds keys, without them. Unknown figures are -1. The first observation shows what has changed since.
-- over: cache_servers
--
-- cache: system://host:port; empty where a file of INFO does not say
-- database: number of the database; empty for the whole server
-- system: redis, valkey or memcached
-- version: of the server
-- source: evidence that the latest observation is from
-- observations: how often it was looked at
-- atMs: Unix time of the latest observation, ms; 0 when unknown
-- firstAtMs: Unix time of the first observation, ms
-- uptimeSeconds: since counters began, at the most
-- hits: lookups that found a key, since counters began
-- misses: lookups that found none
-- firstHits: hits at the first observation
-- firstMisses: misses at the first observation
-- expired: keys that expired
-- evicted: keys that were evicted for want of memory
-- usedBytes: memory in use
-- maxBytes: limit of memory; 0 for none
-- policy: eviction policy (noeviction, allkeys-lru, …); empty when unknown
-- keys: keys held
-- keysWithExpiry: of those, with a time to live
-- avgTtlMs: mean time to live of keys that have one
-- opsPerSecond: commands per second
-- clients: connected clients
-- shards: nodes that share the keys; 1 for a single server
-- denied: what could not be asked (CONFIG GET, MEMORY USAGE, …)
SELECT
    Cache AS cache,
    Database AS database,
    argMax(System, (AtMs, Source)) AS system,
    argMax(Version, (AtMs, Source)) AS version,
    argMax(Source, (AtMs, Source)) AS source,
    count() AS observations,
    max(AtMs) AS atMs,
    min(AtMs) AS firstAtMs,
    argMax(UptimeSeconds, (AtMs, Source)) AS uptimeSeconds,
    argMax(Hits, (AtMs, Source)) AS hits,
    argMax(Misses, (AtMs, Source)) AS misses,
    argMin(Hits, (AtMs, Source)) AS firstHits,
    argMin(Misses, (AtMs, Source)) AS firstMisses,
    argMax(Expired, (AtMs, Source)) AS expired,
    argMax(Evicted, (AtMs, Source)) AS evicted,
    argMax(UsedBytes, (AtMs, Source)) AS usedBytes,
    argMax(MaxBytes, (AtMs, Source)) AS maxBytes,
    argMax(Policy, (AtMs, Source)) AS policy,
    argMax(Keys, (AtMs, Source)) AS keys,
    argMax(KeysWithExpiry, (AtMs, Source)) AS keysWithExpiry,
    argMax(AvgTtlMs, (AtMs, Source)) AS avgTtlMs,
    argMax(OpsPerSecond, (AtMs, Source)) AS opsPerSecond,
    argMax(Clients, (AtMs, Source)) AS clients,
    argMax(Shards, (AtMs, Source)) AS shards,
    argMax(Denied, (AtMs, Source)) AS denied
FROM cache_servers
-- files of INFO do not name their server: those of two files may be two servers
GROUP BY Cache, Database, if(Cache = '', Source, '')
ORDER BY cache, database, source
