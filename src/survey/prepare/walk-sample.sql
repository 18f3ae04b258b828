-- Spans of the traces to walk: per root operation those with the lowest hash of their id, within a number of traces and of spans.
SELECT
    spans.TraceId AS traceId,
    spans.SpanId AS spanId,
    spans.ParentSpanId AS parentSpanId,
    spans.Service AS service,
    spans.Role AS role,
    spans.StartNs - picked.FirstNs AS startNs,
    spans.EndNs - picked.FirstNs AS endNs,
    picked.RootSpanId AS rootSpanId,
    picked.RootService AS rootService,
    picked.RootOperation AS rootOperation
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
ORDER BY traceId, startNs, spanId
