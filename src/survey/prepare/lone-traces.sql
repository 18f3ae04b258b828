-- For one bucket: each trace that is one span, which is its root. Nothing has to be gathered for it, and where most traces are such, as those of
-- producers of messages are, gathering would take three times as long.
SELECT
    TraceId,
    Service AS RootService,
    Operation AS RootOperation,
    Role AS RootRole,
    SpanId AS RootSpanId,
    Error AS RootError,
    DurationNs AS RootDurationNs,
    StartNs,
    StartNs AS FirstNs,
    EndNs AS LastNs,
    1 AS Spans,
    1 AS Services,
    ParentSpanId = '' AS Roots,
    ParentSpanId != '' AS Orphans,
    Error AS Errors
FROM spans
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND cityHash64(TraceId) NOT IN
(
    SELECT cityHash64(TraceId) AS TraceKey FROM spans
    WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    GROUP BY TraceKey HAVING count() > 1 OR max(HasParent) = 1
)
