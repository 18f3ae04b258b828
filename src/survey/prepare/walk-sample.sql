-- The traces to walk, with their spans: per root operation those with the lowest hash of their id, within a number of traces and of spans.
-- A 95th percentile takes 60 requests (3/(1−q)); 64 leave a few for traces without a critical path.
-- spans: start and id (that is their order), parent, service, role, end; times relative to the trace, ns
SELECT
    spans.TraceId AS traceId,
    picked.RootSpanId AS rootSpanId,
    picked.RootService AS rootService,
    picked.RootOperation AS rootOperation,
    arraySort(groupArray((
        spans.StartNs - picked.FirstNs, spans.SpanId, spans.ParentSpanId, toString(spans.Service), toString(spans.Role), spans.EndNs - picked.FirstNs))) AS spans
FROM spans
INNER JOIN
(
    SELECT TraceId, RootSpanId, RootService, RootOperation, FirstNs
    FROM
    (
        SELECT TraceId, RootSpanId, RootService, RootOperation, FirstNs,
            row_number() OVER operation AS nth,
            sum(Spans) OVER operation AS cumulativeSpans
        FROM traces
        -- others are not ordered for what has been chosen without order
        WHERE cityHash64(TraceId) IN (SELECT arrayJoin(groupArraySorted(64)(cityHash64(TraceId))) FROM traces GROUP BY RootService, RootOperation)
        WINDOW operation AS (PARTITION BY RootService, RootOperation ORDER BY cityHash64(TraceId), TraceId ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
    WHERE nth = 1 OR (nth <= 64 AND cumulativeSpans <= {spans:UInt64})
) AS picked ON spans.TraceId = picked.TraceId
GROUP BY traceId, rootSpanId, rootService, rootOperation
ORDER BY traceId
