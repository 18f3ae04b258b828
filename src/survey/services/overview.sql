-- The whole of the evidence in one row.
--
-- spans: spans, each counted once
-- traces: distinct traces
-- services: distinct services that gave off spans
-- startMs: earliest start, Unix time in ms
-- endMs: latest end, Unix time in ms
-- clientSpans: spans that call a service
-- querySpans: spans that use a store
-- messagingSpans: spans that publish or consume
SELECT
    assumeNotNull((SELECT count() FROM spans)) AS spans,
    count() AS traces,
    assumeNotNull((SELECT uniqExact(Service) FROM spans)) AS services,
    intDiv(min(FirstNs), 1000000) AS startMs,
    intDiv(max(LastNs), 1000000) AS endMs,
    assumeNotNull((SELECT countIf(Role = 'client') FROM spans)) AS clientSpans,
    assumeNotNull((SELECT countIf(Role = 'query') FROM spans)) AS querySpans,
    assumeNotNull((SELECT countIf(Role IN ('producer', 'consumer')) FROM spans)) AS messagingSpans
FROM traces
