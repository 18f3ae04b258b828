-- How long each service works itself, and how long it waits for others: time inside its SERVER spans that no call, query or publish of its own covers.
-- Times come from traces that enter the service once, so that one entry's work never hides behind another's waiting. Unawaited calls count only while the SERVER span is open.
--
-- service: service that is asked
-- entries: SERVER spans
-- rootEntries: of those, without a caller in the evidence
-- consumed: CONSUMER spans
-- callers: distinct services that call it
-- caller: the first of them by name
-- callees: distinct services, stores, destinations and addresses that it uses; all that nobody can name count as one
-- callee: the first by name of the services it calls
-- serviceCalls: calls to services
-- entryProtocols: protocols of its SERVER spans, sorted
-- callProtocols: protocols of its calls to services, sorted
-- traces: traces that enter it once: what the times below are taken from
-- spanMs: time inside its SERVER spans in those traces, ms
-- ownMs: of that, time covered by nothing it waits for, ms
-- p50OwnMs: median of its own time in one trace, ms
-- traceIds: up to ten traces, least own time first
-- spanIds: its SERVER span in the first of traceIds
SELECT
    Service AS service,
    used.Entries AS entries,
    used.RootEntries AS rootEntries,
    used.Consumed AS consumed,
    used.Callers AS callers,
    used.Caller AS caller,
    used.Callees AS callees,
    used.Callee AS callee,
    used.ServiceCalls AS serviceCalls,
    used.EntryProtocols AS entryProtocols,
    used.CallProtocols AS callProtocols,
    timed.Traces AS traces,
    timed.SpanNs / 1e6 AS spanMs,
    timed.OwnNs / 1e6 AS ownMs,
    timed.P50OwnNs / 1e6 AS p50OwnMs,
    timed.TraceIds AS traceIds,
    timed.SpanIds AS spanIds
FROM
(
    SELECT
        Service,
        countIf(Role = 'server') AS Entries,
        countIf(Role = 'server' AND HasParent = 0) AS RootEntries,
        countIf(Role = 'consumer') AS Consumed,
        uniqExactIf(cityHash64(ParentService), Role = 'server' AND ParentService NOT IN ('', Service)) AS Callers,
        minIf(ParentService, Role = 'server' AND ParentService NOT IN ('', Service)) AS Caller,
        uniqExactIf(multiIf(Role = 'query', cityHash64(Store), Role = 'producer', cityHash64(Destination), cityHash64(Peer)), Role IN ('client', 'query', 'producer')) AS Callees,
        minIf(Peer, Role = 'client' AND PeerKind = 'service' AND Peer != '') AS Callee,
        countIf(Role = 'client' AND PeerKind = 'service') AS ServiceCalls,
        arraySort(groupUniqArrayIf(Protocol, Role = 'server')) AS EntryProtocols,
        arraySort(groupUniqArrayIf(Protocol, Role = 'client' AND PeerKind = 'service')) AS CallProtocols
    FROM spans
    WHERE Role != 'internal'
    GROUP BY Service
) AS used
LEFT ANY JOIN
(
    SELECT
        Service,
        count() AS Traces,
        sum(SpanNs) AS SpanNs,
        sum(Own) AS OwnNs,
        quantileExact(0.5)(Own) AS P50OwnNs,
        groupArraySorted(10)((Own, TraceId)).2 AS TraceIds,
        [argMin(SpanId, (Own, TraceId))] AS SpanIds
    FROM
    (
        SELECT TraceId, Service,
            intervalLengthSumIf(StartNs, EndNs, Role = 'server') AS SpanNs,
            intervalLengthSum(StartNs, EndNs) - intervalLengthSumIf(StartNs, EndNs, Role != 'server') AS Own,
            minIf(SpanId, Role = 'server') AS SpanId
        FROM spans
        WHERE Role IN ('server', 'client', 'query', 'producer') AND Service IN (SELECT Service FROM spans WHERE Role = 'server')
        GROUP BY TraceId, Service
        HAVING countIf(Role = 'server') = 1
    )
    GROUP BY Service
) AS timed ON used.Service = timed.Service
ORDER BY service
