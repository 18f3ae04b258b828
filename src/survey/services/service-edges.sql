-- Which service waits for which: one row per caller and callee, self-calls left out.
--
-- caller: service that calls
-- callee: service that is called
-- calls: how many
-- traces: distinct traces
-- forwarded: calls for the very operation that the caller was itself asked for, as a gateway or a sidecar makes them
-- traceIds: up to ten traces
-- spanIds: up to thirty of the calls in the first of traceIds
WITH groupArraySorted(30)((TraceId, SpanId)) AS sample
SELECT
    Caller AS caller,
    CalleeName AS callee,
    count() AS calls,
    uniqExact(cityHash64(TraceId)) AS traces,
    countIf(ParentOperation != '' AND (ParentOperation = CallOperation OR ParentOperation = ClientOperation)) AS forwarded,
    arraySlice(arrayDistinct(sample.1), 1, 10) AS traceIds,
    arrayMap(one -> one.2, arrayFilter(one -> one.1 = sample[1].1, sample)) AS spanIds
FROM exchanges
WHERE CalleeKind = 'service' AND Caller != '' AND CalleeName != '' AND Caller != CalleeName
GROUP BY Caller, CalleeName
ORDER BY caller, callee
