-- What one request writes while its user waits: a row per root operation and set of tables changed, from the sampled critical paths.
-- A write belongs to the innermost SERVER or CONSUMER span of its service that is open; it counts when that is a SERVER span which the root waits for.
-- Key-value stores are left out, and of a service's part in one trace all but the first hundred entries and writes.
-- over: walks
-- over: spans.query
--
-- rootService: service of the root
-- rootOperation: operation of the root
-- writes: what is changed: store (system://host:port/namespace, or system://(service)/namespace when the address is missing), known (1 when that can be compared between services), service (that writes), tableName (empty when no statement says)
-- requests: sampled requests that change exactly this
-- traceIds: up to ten of them
-- spanIds: up to thirty of the writes in the first of traceIds
SELECT
    RootService AS rootService,
    RootOperation AS rootOperation,
    CAST(Writes, 'Array(Tuple(store String, known UInt8, service String, tableName String))') AS writes,
    count() AS requests,
    groupArraySorted(10)(TraceId) AS traceIds,
    argMin(SpanIds, TraceId) AS spanIds
FROM
(
    SELECT
        TraceId,
        max(Root.1) AS RootService,
        max(Root.2) AS RootOperation,
        arraySort(groupUniqArrayArray(arrayMap(name -> (Write.2, Write.3, toString(Service), name), Write.4))) AS Writes,
        groupArraySorted(30)(Write.5) AS SpanIds
    FROM
    (
        SELECT
            spans.TraceId AS TraceId,
            spans.Service AS Service,
            max((toString(walked.RootService), toString(walked.RootOperation))) AS Root,
            groupArraySortedIf(100)((spans.StartNs, spans.EndNs, spans.SpanId, walked.Synchronous), spans.Role IN ('server', 'consumer')) AS Entries,
            groupArraySortedIf(100)(
                (spans.StartNs, toString(spans.Store), spans.StoreKnown, if(empty(spans.TablesWritten), [''], arrayMap(name -> toString(name), spans.TablesWritten)), spans.SpanId),
                spans.Role = 'query') AS Written
        FROM spans
        LEFT ANY JOIN (SELECT TraceId, SpanId, RootService, RootOperation, Synchronous FROM walks) AS walked
            ON spans.TraceId = walked.TraceId AND spans.SpanId = walked.SpanId
        WHERE spans.TraceId IN (SELECT TraceId FROM walks)
            AND (spans.Role IN ('server', 'consumer')
                OR (spans.Role = 'query' AND spans.Access = 'write' AND spans.Error = 0 AND spans.System NOT IN ('redis', 'valkey', 'memcached')))
        GROUP BY spans.TraceId, spans.Service
        HAVING notEmpty(Entries) AND notEmpty(Written)
    )
    ARRAY JOIN Written AS Write
    WHERE arrayReverseSort(arrayFilter(entry -> entry.1 <= Write.1 AND entry.2 >= Write.1, Entries))[1].4 = 1
    GROUP BY TraceId
)
GROUP BY RootService, RootOperation, Writes
ORDER BY requests DESC, rootService, rootOperation, writes
LIMIT 1000
