-- What was asked of a cache, in order: a row for each cache and pattern, for simulations. Of busy caches only some keys are taken, by their hash,
-- with all that was asked of them, so that no cache has more than some 200,000 requests here.
-- over: accesses
--
-- cache: as in cachePatterns
-- pattern: as in cachePatterns
-- rate: share of the keys of the cache that were taken
-- hashes: key of each request, as a number below 2^52, in the order of time
-- atMs: when, ms since the first request of the cache
-- deletions: 1 where the key was deleted and not asked for
-- objects: distinct keys
-- objectBytes: size of the value last written to each of them; 0 when unknown
-- popularKeys: the fewest keys that carry four fifths of the hits, most wanted first, at most 500
-- popularHits: hits of those
-- allHits: hits of the pattern
WITH
    sized AS
    (
        SELECT Cache, min(AtNs) AS FirstNs, greatest(1, least(1000, intDiv(200000 * 1000, count()))) AS Permille
        FROM accesses
        WHERE Counted = 1 AND Kind = 'read' AND Key != ''
        GROUP BY Cache
    ),
    wanted AS
    (
        SELECT
            Cache, Pattern,
            arraySort(item -> (-item.2, item.1), groupArray((Key, hits))) AS ranked,
            sum(hits) AS allHits,
            arraySlice(arrayFilter((item, before) -> before * 5 < allHits * 4, ranked, arrayPushFront(arrayPopBack(arrayCumSum(item -> item.2, ranked)), 0)), 1, 500) AS popular
        FROM
        (
            SELECT Cache, Pattern, Key, toInt64(countIf(Hit IN (1, 2))) AS hits
            FROM accesses
            WHERE Counted = 1 AND Kind = 'read' AND Key != ''
            GROUP BY Cache, Pattern, Key
            HAVING hits > 0
            ORDER BY hits DESC, Key
            LIMIT 20000 BY Cache, Pattern
        )
        GROUP BY Cache, Pattern
    ),
    -- joined with the popular keys when it is one row a pattern: each row would carry them all
    asked AS
    (
        SELECT
            accesses.Cache AS Cache, Pattern,
            max(sized.Permille) / 1000 AS rate,
            arraySort(groupArrayIf((intDiv(AtNs - FirstNs, 1000000), AtNs, Seq, KeyHash % 4503599627370496, Kind = 'delete'), Kind IN ('read', 'delete'))) AS ordered,
            -- keys in ascending order, and the largest size of each
            maxMap([KeyHash % 4503599627370496], [toUInt64(if(Kind = 'write', ValueBytes, 0))]) AS sizes
        FROM accesses
        INNER JOIN sized ON accesses.Cache = sized.Cache
        WHERE Counted = 1 AND Key != '' AND Kind IN ('read', 'write', 'delete') AND intDiv(KeyHash, 64) % 1000 < sized.Permille
        GROUP BY Cache, Pattern
    )
SELECT
    asked.Cache AS cache,
    asked.Pattern AS pattern,
    asked.rate AS rate,
    asked.ordered.4 AS hashes,
    asked.ordered.1 AS atMs,
    asked.ordered.5 AS deletions,
    asked.sizes.1 AS objects,
    asked.sizes.2 AS objectBytes,
    wanted.popular.1 AS popularKeys,
    arraySum(wanted.popular.2) AS popularHits,
    wanted.allHits AS allHits
FROM asked
LEFT ANY JOIN wanted ON asked.Cache = wanted.Cache AND asked.Pattern = wanted.Pattern
ORDER BY cache, pattern
