-- What running caches hold, by a sample of their keys: a row for each database, pattern and type. Patterns are those that the commands have taught;
-- of keys that no command touched, the template stands for the pattern.
-- over: cache_keys
--
-- cache: system://host:port/database
-- pattern: key with its variable parts replaced
-- type: string, hash, list, set, zset, stream…
-- keys: keys sampled
-- total: keys in the database
-- sampled: keys sampled of the database
-- eternalKeys: of the sampled, keys without a time to live
-- ttlP50Ms: median of what is left of the times to live, ms; 0 when no key has one
-- memoryBytes: memory of the sampled, as far as known
-- largestElements: most elements, or bytes of a string
-- largestKey: that key
-- idleP50Seconds: median time since a key was last touched, s; -1 when unknown
SELECT
    concat(Cache, if(Database = '', '', '/'), Database) AS cache,
    Template AS pattern,
    toString(Type) AS type,
    count() AS keys,
    max(Total) AS total,
    max(Sampled) AS sampled,
    countIf(TtlMs = -1) AS eternalKeys,
    quantileExactIf(0.5)(TtlMs, TtlMs > 0) AS ttlP50Ms,
    sumIf(MemoryBytes, MemoryBytes > 0) AS memoryBytes,
    max(Elements) AS largestElements,
    argMax(Key, (Elements, Key)) AS largestKey,
    quantileExact(0.5)(IdleSeconds) AS idleP50Seconds
FROM
(
    SELECT Cache, Database, Key, Type, Total, Sampled, TtlMs, MemoryBytes, Elements, IdleSeconds,
        replaceRegexpAll(left(Key, 512), '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[A-Za-z]*[0-9][0-9a-zA-Z]{15,}|[0-9]+', '{id}') AS Template
    FROM cache_keys
)
GROUP BY cache, pattern, type
ORDER BY cache, pattern, type
LIMIT 2000
