-- Traces in which more than one edge retries: a row per set of retrying edges. Attempts multiply where one edge leads to the next.
-- An attempt is defined as in attempts.
--
-- edges: the edges that retry: caller, callee, attempts (most for one request), requests (that took more than one attempt), calls (attempts of all those requests)
-- traces: traces with exactly these
-- traceIds: up to ten of them
-- spanIds: up to thirty of the attempts in the first of traceIds
SELECT
    CAST(Edges, 'Array(Tuple(caller String, callee String, attempts UInt32, requests UInt32, calls UInt32))') AS edges,
    count() AS traces,
    groupArraySorted(10)(TraceId) AS traceIds,
    argMin(SpanIds, TraceId) AS spanIds
FROM
(
    SELECT
        TraceId,
        arraySort(groupArray((toString(Caller), toString(CalleeName), toUInt32(Most), toUInt32(Requests), toUInt32(Calls)))) AS Edges,
        arraySlice(arraySort(arrayFlatten(groupArray(SpanIds))), 1, 30) AS SpanIds
    FROM
    (
        SELECT
            TraceId, Caller, CalleeName,
            max(length(Chain)) AS Most,
            count() AS Requests,
            sum(length(Chain)) AS Calls,
            arraySlice(arrayFlatten(groupArray(arrayMap(sent -> sent.3, Chain))), 1, 30) AS SpanIds
        FROM
        (
            WITH arraySort(groupArray((StartNs, EndNs, SpanId, Error))) AS Ordered
            SELECT
                TraceId, ParentKey, Caller, CalleeName,
                arraySplit((sent, before) -> before.2 > 0 AND NOT (before.4 = 1 AND sent.1 >= before.2 - intDiv(before.2 - before.1, 10)), Ordered, arrayPushFront(arrayPopBack(Ordered), (toInt64(0), toInt64(0), '', 0))) AS Chains
            FROM exchanges
            WHERE ParentKey != 0 AND Caller NOT IN ('', CalleeName) AND CalleeName != ''
                AND (TraceId, ParentKey) IN (SELECT TraceId, ParentKey FROM exchanges WHERE ParentKey != 0 AND Error = 1)
            GROUP BY TraceId, ParentKey, Caller, CalleeName, ClientOperation, TargetHash
            HAVING count() > 1
        )
        ARRAY JOIN Chains AS Chain
        WHERE length(Chain) > 1
        GROUP BY TraceId, Caller, CalleeName
    )
    GROUP BY TraceId
    HAVING count() > 1
)
GROUP BY Edges
ORDER BY traces DESC, edges
LIMIT 1000
