-- Misses of one key that are answered at the same time, again and again: a row for each pattern with two or more at once.
-- In traces the same statement runs in several traces at once. In a capture several readers find nothing before the first of them has written,
-- and then each of them writes.
-- over: accesses
--
-- cache: as in cachePatterns
-- pattern: as in cachePatterns
-- key: key with the largest burst
-- mostAtOnce: most answers at once
-- bursts: sizes of all bursts with two or more, largest first, at most 100
-- sourceStore: store that answers; empty in a capture
-- statement: what is asked, with literals replaced; empty in a capture
-- sourceMs: median time of an answer, ms; 0 in a capture
-- extraReads: answers beyond the first of each burst
-- traceIds: up to ten traces of the largest burst
-- spanIds: the answers in those traces
WITH
    overlapping AS
    (
        SELECT
            Cache, Pattern, Key, Hash, Sizes, Store, Median,
            arrayMax(Sizes) AS most,
            -- the answers that were under way when the most were
            arrayFirst((at, size) -> size = most, points.1, running) AS peakNs,
            arraySlice(arraySort(arrayFilter(one -> one.1 <= peakNs AND one.2 > peakNs, answers)), 1, 10) AS peak
        FROM
        (
            SELECT
                Cache, Pattern, Key, SourceHash AS Hash, min(SourceStore) AS Store, quantileExact(0.5)(SourceNs) AS Median,
                -- a trace asks once: its own repetitions are another fault
                groupUniqArray((SourceStartNs, SourceStartNs + SourceNs, TraceId, SourceSpanId)) AS answers,
                arraySort(arrayConcat(arrayMap(one -> (one.1, 1), answers), arrayMap(one -> (one.2, -1), answers))) AS points,
                arrayCumSum(point -> point.2, points) AS running,
                -- a burst ends when nobody asks any more
                arraySplit((size, before) -> before = 0, running, arrayPushFront(arrayPopBack(running), 0)) AS quiet,
                arrayMap(part -> arrayMax(part), quiet) AS Sizes
            FROM accesses
            WHERE Origin = 'trace' AND SourceNs > 0 AND SourceKind = 'query'
            GROUP BY Cache, Pattern, Key, SourceHash
            HAVING uniqExact(TraceId) >= 2
        )
        WHERE arrayMax(Sizes) >= 2
    ),
    captured AS
    (
        SELECT
            Cache, Pattern, Key,
            arrayStringConcat(arraySort(groupArray((AtNs, Seq, if(Fills, 'f', 'm')))).3) AS story,
            arrayMap(run -> least(countSubstrings(run, 'm'), countSubstrings(run, 'f')), extractAll(story, 'm+f+')) AS Sizes
        FROM accesses
        WHERE Origin = 'capture' AND (Fills = 1 OR Hit = 0)
        GROUP BY Cache, Pattern, Key
        HAVING notEmpty(Sizes) AND arrayMax(Sizes) >= 2
    ),
    argMax(peak, (most, Key)) AS largest
SELECT
    burst.Cache AS cache,
    burst.Pattern AS pattern,
    argMax(Key, (most, Key)) AS key,
    max(most) AS mostAtOnce,
    arraySlice(arrayReverseSort(arrayFilter(size -> size >= 2, groupArrayArray(Sizes))), 1, 100) AS bursts,
    argMax(Store, (most, Key)) AS sourceStore,
    argMax(known.Text, (most, Key)) AS statement,
    argMax(Median, (most, Key)) / 1e6 AS sourceMs,
    sum(arraySum(size -> size - 1, arrayFilter(size -> size >= 2, Sizes))) AS extraReads,
    arrayMap(one -> one.3, largest) AS traceIds,
    arrayMap(one -> one.4, largest) AS spanIds
FROM
(
    SELECT Cache, Pattern, Key, Hash, Sizes, most, toString(Store) AS Store, toInt64(Median) AS Median, peak FROM overlapping
    UNION ALL
    SELECT Cache, Pattern, Key, toUInt64(0) AS Hash, arrayMap(size -> toInt64(size), Sizes), toInt64(arrayMax(Sizes)) AS most, '' AS Store, toInt64(0) AS Median, CAST([], 'Array(Tuple(Int64, Int64, String, String))') AS peak FROM captured
) AS burst
LEFT ANY JOIN (SELECT StatementHash, Text FROM statements) AS known ON burst.Hash = known.StatementHash
GROUP BY cache, pattern
ORDER BY cache, pattern
