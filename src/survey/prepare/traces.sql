-- For one bucket: each trace with its root. A trace whose parent ids run in a circle has none.
WITH argMinIf((Service, Operation, Role, SpanId, Error, DurationNs, span.StartNs), (ParentSpanId != '', span.StartNs, SpanId), HasParent = 0) AS root
SELECT
    TraceId,
    if(root.1 = '', min(Service), root.1) AS RootService,
    if(root.1 = '', 'no root: parent ids run in a circle', root.2) AS RootOperation,
    root.3 AS RootRole,
    root.4 AS RootSpanId,
    root.5 AS RootError,
    root.6 AS RootDurationNs,
    if(root.1 = '', min(span.StartNs), root.7) AS StartNs,
    min(span.StartNs) AS FirstNs,
    max(EndNs) AS LastNs,
    count() AS Spans,
    uniqExact(Service) AS Services,
    countIf(ParentSpanId = '') AS Roots,
    countIf(ParentSpanId != '' AND HasParent = 0) AS Orphans,
    sum(Error) AS Errors
FROM spans AS span
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
GROUP BY TraceId
