-- For one bucket: each trace with its root. A trace whose parent ids run in a circle has none.
-- Possible roots are gathered and the first is taken, for a minimum over a tuple costs three times as much where most traces have one span.
-- Lines that end in "-- lone traces" are there where lone-traces.sql was before.
WITH
    groupArrayIf((ParentSpanId != '', span.StartNs, SpanId, Service, Operation, Role, Error, DurationNs), HasParent = 0) AS possible,
    arraySort(possible)[1] AS root
SELECT
    TraceId,
    if(root.4 = '', min(Service), root.4) AS RootService,
    if(root.4 = '', 'no root: parent ids run in a circle', root.5) AS RootOperation,
    root.6 AS RootRole,
    root.3 AS RootSpanId,
    root.7 AS RootError,
    root.8 AS RootDurationNs,
    if(root.4 = '', min(span.StartNs), root.2) AS StartNs,
    min(span.StartNs) AS FirstNs,
    max(EndNs) AS LastNs,
    count() AS Spans,
    length(groupUniqArray(Service)) AS Services,
    countIf(ParentSpanId = '') AS Roots,
    countIf(ParentSpanId != '' AND HasParent = 0) AS Orphans,
    sum(Error) AS Errors
FROM spans AS span
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    AND cityHash64(TraceId) IN (SELECT cityHash64(TraceId) FROM spans WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND ParentSpanId != '') -- lone traces
GROUP BY TraceId
