-- Under which addresses one service calls another, as the caller's code names them; only callees whose own span was seen, so that the address is known to be that service.
--
-- caller: service that calls
-- callee: service whose span answered
-- host: host as the caller names it; localhost@… when it names its own machine
-- port: port, 0 when unknown
-- literal: ip for an IP address, localhost for the caller's own machine, empty for a name
-- calls: calls to this address
-- traces: distinct traces
-- answering: distinct services that answer this caller at this address
-- literals: distinct IP addresses under which this caller reaches this callee
-- traceIds: up to ten traces
-- spanIds: up to thirty of the calls in the first of traceIds
SELECT
    Caller AS caller,
    CalleeName AS callee,
    Host AS host,
    Port AS port,
    Literal AS literal,
    Calls AS calls,
    Traces AS traces,
    uniqExact(CalleeName) OVER (PARTITION BY Caller, Host, Port) AS answering,
    sum(Literal = 'ip') OVER (PARTITION BY Caller, CalleeName) AS literals,
    arraySlice(arrayDistinct(arrayMap(one -> one.1, Sample)), 1, 10) AS traceIds,
    arrayMap(one -> one.2, arrayFilter(one -> one.1 = Sample[1].1, Sample)) AS spanIds
FROM
(
    SELECT
        Caller, CalleeName, Host, Port,
        multiIf(
            Host = 'localhost' OR startsWith(Host, 'localhost@'), 'localhost',
            isIPv4String(Host) OR isIPv6String(trim(BOTH '[]' FROM toString(Host))), 'ip', '') AS Literal,
        count() AS Calls,
        uniqExact(TraceId) AS Traces,
        groupArraySorted(30)((TraceId, SpanId)) AS Sample
    FROM exchanges
    WHERE HostConfigured = 1 AND Host != '' AND Caller != '' AND ServerSpanId != '' AND Caller != CalleeName
    GROUP BY Caller, CalleeName, Host, Port
)
ORDER BY caller, callee, host, port
