-- The traces to walk, with their spans: per root operation those with the lowest hash of their id, within a number of traces and of spans.
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
        WINDOW operation AS (PARTITION BY RootService, RootOperation ORDER BY cityHash64(TraceId), TraceId ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
    WHERE nth = 1 OR (nth <= {traces:UInt32} AND cumulativeSpans <= {spans:UInt64})
) AS picked ON spans.TraceId = picked.TraceId
GROUP BY traceId, rootSpanId, rootService, rootOperation
ORDER BY traceId
