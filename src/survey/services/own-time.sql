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
    sum(Entries) AS entries,
    sum(RootEntries) AS rootEntries,
    sum(Consumed) AS consumed,
    length(groupUniqArrayArray(Callers)) AS callers,
    minIf(FirstCaller, FirstCaller != '') AS caller,
    length(groupUniqArrayArray(Peers)) AS callees,
    minIf(FirstCallee, FirstCallee != '') AS callee,
    sum(ServiceCalls) AS serviceCalls,
    arraySort(groupUniqArrayArray(EntryProtocols)) AS entryProtocols,
    arraySort(groupUniqArrayArray(CallProtocols)) AS callProtocols,
    countIf(Entries = 1) AS traces,
    sumIf(SpanNs, Entries = 1) / 1e6 AS spanMs,
    sumIf(OwnNs, Entries = 1) / 1e6 AS ownMs,
    if(traces = 0, 0, quantileExactIf(0.5)(OwnNs, Entries = 1)) / 1e6 AS p50OwnMs,
    groupArraySortedIf(10)((OwnNs, TraceId), Entries = 1).2 AS traceIds,
    if(traces = 0, [], [argMinIf(SpanId, (OwnNs, TraceId), Entries = 1)]) AS spanIds
FROM
(
    SELECT
        TraceId, Service,
        countIf(Entry) AS Entries,
        countIf(Entry AND HasParent = 0) AS RootEntries,
        countIf(Role = 'consumer') AS Consumed,
        groupUniqArrayIf(ParentService, Entry AND ParentService NOT IN ('', Service)) AS Callers,
        minIf(ParentService, Entry AND ParentService NOT IN ('', Service)) AS FirstCaller,
        groupUniqArrayIf(multiIf(Role = 'query', Store, Role = 'producer', Destination, Peer), Outward) AS Peers,
        minIf(Peer, Role = 'client' AND PeerKind = 'service') AS FirstCallee,
        countIf(Role = 'client' AND PeerKind = 'service') AS ServiceCalls,
        groupUniqArrayIf(Protocol, Entry) AS EntryProtocols,
        groupUniqArrayIf(Protocol, Role = 'client' AND PeerKind = 'service') AS CallProtocols,
        intervalLengthSumIf(StartNs, EndNs, Entry) AS SpanNs,
        intervalLengthSumIf(StartNs, EndNs, Entry OR Outward) - intervalLengthSumIf(StartNs, EndNs, Outward) AS OwnNs,
        minIf(SpanId, Entry) AS SpanId
    FROM
    (
        SELECT TraceId, SpanId, Service, Role, Protocol, HasParent, ParentService, Peer, PeerKind, Store, Destination, StartNs, EndNs,
            Role = 'server' AS Entry, Role IN ('client', 'query', 'producer') AS Outward
        FROM spans
        WHERE Role != 'internal'
    )
    GROUP BY TraceId, Service
)
GROUP BY Service
ORDER BY service
