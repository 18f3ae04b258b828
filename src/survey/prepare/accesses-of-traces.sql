-- For one range of buckets of traces: each touch with its pattern, and reads told apart by what their service did next.
-- A read, then an answer from a database or another service, then a write of the same key is a miss; a read alone may be a hit.
-- Clocks that tell whole milliseconds put an end behind the next beginning, hence the tolerance.
WITH
    toInt64(1500000) AS tolerance,
    pairs AS
    (
        SELECT
            TraceId, Service, KeyHash,
            arraySort(groupArrayIf((AtNs, AtNs + toInt64(DurationNs)), Kind = 'read')) AS Reads,
            arraySort(groupArrayIf((AtNs, toInt64(DurationNs)), Kind = 'write')) AS Writes
        FROM touches
        WHERE Origin = 'trace' AND Kind IN ('read', 'write') AND Key != '' AND Error = 0 AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
        GROUP BY TraceId, Service, KeyHash
        HAVING notEmpty(Reads) AND notEmpty(Writes)
    ),
    sources AS
    (
        SELECT TraceId, Service,
            groupArray((StartNs, EndNs, toString(Role), if(Role = 'query', toString(Store), toString(Peer)), arrayStringConcat(arraySort(TablesRead), ','), StatementHash, SpanId, ParentKey)) AS Answers
        FROM spans
        WHERE Role IN ('query', 'client') AND System NOT IN ('redis', 'valkey', 'memcached') AND (Role = 'client' OR Access = 'read') AND Error = 0
            AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND (TraceId, Service) IN (SELECT TraceId, Service FROM pairs)
        GROUP BY TraceId, Service
    )
SELECT
    Origin, Counted, Cache, Service, Client, TraceId, SpanId, ParentKey, AtNs, DurationNs, Seq, Command, Kind, Key, KeyHash, Pattern, ValueBytes, TtlMs,
    multiIf(
        Kind != 'read' OR Key = '' OR Error = 1, -1,
        StatedHit >= 0, StatedHit,
        filled.1 = 0, 2,
        source.1 = 0, 3,
        0) AS Hit,
    Error, RequestError,
    toInt64(-1) AS AgeNs,
    Kind = 'write' AND source.1 != 0 AS Fills,
    if(Hit = 0, filled.1, 0) AS FilledNs,
    if(Hit = 0, filled.2, 0) AS FillNs,
    if(Hit = 0, source.2 - source.1, 0) AS SourceNs,
    if(Hit = 0, source.1, 0) AS SourceStartNs,
    if(Hit = 0, source.3, '') AS SourceKind,
    if(Hit = 0, source.4, '') AS SourceStore,
    if(Hit = 0, source.5, '') AS SourceTable,
    if(Hit = 0, source.6, 0) AS SourceHash,
    if(Hit = 0, source.7, '') AS SourceSpanId
FROM
(
    SELECT
        touch.Origin AS Origin, NOT has({captured:Array(String)}, touch.Cache) AS Counted, touch.Cache AS Cache, touch.Service AS Service, touch.Client AS Client,
        touch.TraceId AS TraceId, touch.SpanId AS SpanId, touch.ParentKey AS ParentKey, touch.AtNs AS AtNs, touch.DurationNs AS DurationNs, touch.Seq AS Seq,
        touch.Command AS Command, touch.Kind AS Kind, touch.Key AS Key, touch.KeyHash AS KeyHash, touch.ValueBytes AS ValueBytes, touch.TtlMs AS TtlMs,
        touch.StatedHit AS StatedHit, touch.Error AS Error, touch.RequestError AS RequestError,
        multiIf(touch.Key = '', '', known.Pattern != '', known.Pattern, concat(extract(touch.Template, '^[^:/|.]*'), ':{…}')) AS Pattern,
        AtNs + toInt64(DurationNs) AS EndNs,
        if(Kind = 'read', arrayFirst(written -> written.1 + tolerance >= EndNs AND written.1 >= AtNs, pair.Writes), (toInt64(0), toInt64(0))) AS filled,
        if(Kind = 'write', arrayLast(asked -> asked.1 <= AtNs AND asked.2 <= AtNs + tolerance, pair.Reads), (AtNs, EndNs)) AS asked,
        if(Kind = 'write', AtNs, filled.1) AS untilNs,
        arraySort(answer -> (answer.8 != ParentKey, answer.3 != 'query', answer.1 - answer.2, answer.7),
            arrayFilter(answer -> asked.2 != 0 AND answer.1 + tolerance >= asked.2 AND answer.1 <= untilNs AND answer.2 <= untilNs + tolerance, answers.Answers))[1] AS source
    FROM
    (
        SELECT Origin, Cache, Service, Client, TraceId, SpanId, ParentKey, AtNs, DurationNs, Seq, Command, Kind, Key, KeyHash, Template, ValueBytes, TtlMs, StatedHit, Error, RequestError
        FROM touches
        WHERE Origin = 'trace' AND cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    ) AS touch
    LEFT ANY JOIN key_patterns AS known ON touch.Template = known.Template
    LEFT ANY JOIN pairs AS pair ON touch.TraceId = pair.TraceId AND touch.Service = pair.Service AND touch.KeyHash = pair.KeyHash
    LEFT ANY JOIN sources AS answers ON touch.TraceId = answers.TraceId AND touch.Service = answers.Service
)
