-- For one bucket of traces: what its spans are like. Rows that share trace id and span id with an earlier one are Rows - Ids; of the rows that have no
-- parent id, those that are not the first of their trace are Beginnings - Begun.
SELECT
    count() AS Rows,
    uniqExact(SpanKey) AS Ids,
    countIf(ParentKey = 0) AS Beginnings,
    uniqExactIf(cityHash64(TraceId), ParentKey = 0) AS Begun
FROM normalised
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
