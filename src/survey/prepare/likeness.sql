-- For one bucket: how many rows share their trace id and span id with an earlier one.
SELECT count() - uniqExact(SpanKey) AS n
FROM normalised
WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
