-- For one bucket: each trace with its root.
SELECT
    TraceId,
    argMin(Service, order) AS RootService,
    argMin(Operation, order) AS RootOperation,
    argMin(Role, order) AS RootRole,
    argMin(SpanId, order) AS RootSpanId,
    argMin(Error, order) AS RootError,
    argMin(DurationNs, order) AS RootDurationNs,
    min(order).2 AS StartNs,
    min(spans.StartNs) AS FirstNs,
    max(EndNs) AS LastNs,
    count() AS Spans,
    uniqExact(Service) AS Services,
    countIf(ParentSpanId = '') AS Roots,
    countIf(ParentSpanId != '' AND HasParent = 0) AS Orphans,
    sum(Error) AS Errors
FROM
(
    SELECT TraceId, SpanId, ParentSpanId, HasParent, Service, Operation, Role, Error, DurationNs, StartNs, EndNs,
        (multiIf(ParentSpanId = '', 0, HasParent = 0, 1, 2), StartNs, SpanId) AS order
    FROM spans
    WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
) AS spans
GROUP BY TraceId
