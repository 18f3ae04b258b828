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
    arraySort(groupArrayIf((AtNs, Seq, KeyHash % 4503599627370496, Kind = 'delete', FirstNs), Kind IN ('read', 'delete'))) AS ordered,
    maxMap([KeyHash % 4503599627370496], [toUInt64(if(Kind = 'write', ValueBytes, 0))]) AS sizes
SELECT
    stream.Cache AS cache,
    stream.Pattern AS pattern,
    max(sized.Permille) / 1000 AS rate,
    ordered.3 AS hashes,
    arrayMap(one -> intDiv(one.1 - one.5, 1000000), ordered) AS atMs,
    ordered.4 AS deletions,
    arraySort(groupUniqArray(KeyHash % 4503599627370496)) AS objects,
    arrayMap(object -> toUInt64(mapFromArrays(sizes.1, sizes.2)[object]), objects) AS objectBytes,
    max(wanted.popular.1) AS popularKeys,
    max(arraySum(wanted.popular.2)) AS popularHits,
    max(wanted.allHits) AS allHits
FROM accesses AS stream
INNER JOIN sized ON stream.Cache = sized.Cache
LEFT ANY JOIN wanted ON stream.Cache = wanted.Cache AND stream.Pattern = wanted.Pattern
WHERE Counted = 1 AND Key != '' AND Kind IN ('read', 'write', 'delete') AND intDiv(KeyHash, 64) % 1000 < sized.Permille
GROUP BY cache, pattern
ORDER BY cache, pattern
