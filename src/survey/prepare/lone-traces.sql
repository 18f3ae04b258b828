-- For one bucket, where no trace begins twice: each trace that is one span, which is its root. Nothing has to be gathered for it, and where most traces
-- are such, as those of producers of messages are, gathering would take three times as long.
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
    1 AS Roots,
    0 AS Orphans,
    Error AS Errors
FROM spans
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND ParentSpanId = ''
    AND cityHash64(TraceId) NOT IN
    (
        SELECT cityHash64(TraceId) FROM spans
        WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND ParentSpanId != ''
    )
