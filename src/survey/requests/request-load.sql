-- How much is asked of the system, and what one request costs in calls: a row per root operation. Requests are counted in windows of ten seconds by the start of their root.
-- Most requests in some systems make no call. Of them the ten of lowest id in each window are enough, so that only those with calls are ranked.
--
-- service: service of the root span
-- operation: operation of the root span
-- role: role of the root span (server, consumer, client…)
-- requests: traces that start here
-- windows: windows of ten seconds in which one starts
-- peakRequests: requests that start in the busiest of them
-- peakWindows: starts of up to sixty windows, busiest first, Unix time in s
-- peakWindowRequests: for each of peakWindows, requests
-- peakWindowErrors: of those, requests whose root failed
-- p95Calls: 95th percentile of calls between services in one request, requests without any included
-- maxCalls: most calls for one request
-- peakTraceIds: up to ten traces of the busiest window
-- traceIds: up to ten traces, most calls first
WITH groupArraySorted(60)((-toInt64(Requests), Window, Failed)) AS peaks
SELECT
    Service AS service, Operation AS operation, Role AS role,
    sum(Requests) AS requests,
    count() AS windows,
    max(Requests) AS peakRequests,
    arrayMap(peak -> peak.2 * 10, peaks) AS peakWindows,
    arrayMap(peak -> -peak.1, peaks) AS peakWindowRequests,
    arrayMap(peak -> peak.3, peaks) AS peakWindowErrors,
    quantileExactMerge(0.95)(CallsState) AS p95Calls,
    max(MostCalls) AS maxCalls,
    argMin(Sample, (-toInt64(Requests), Window)) AS peakTraceIds,
    arraySlice(arrayDistinct(arrayConcat(arrayMap(busy -> busy.2, groupArraySortedArray(10)(Busy)), groupArraySortedArray(10)(Sample))), 1, 10) AS traceIds
FROM
(
    SELECT
        RootService AS Service, RootOperation AS Operation, RootRole AS Role,
        toInt64(intDiv(toInt64(StartNs), 10000000000)) AS Window,
        count() AS Requests,
        sum(toInt64(RootError)) AS Failed,
        quantileExactState(0.95)(toInt64(Calls)) AS CallsState,
        max(toInt64(Calls)) AS MostCalls,
        groupArraySorted(10)(traces.TraceId) AS Sample,
        groupArraySortedIf(10)((-toInt64(Calls), traces.TraceId), Calls > 0) AS Busy
    FROM traces
    LEFT ANY JOIN
    (
        SELECT TraceId, count() AS Calls FROM exchanges WHERE CalleeKind = 'service' AND Caller != CalleeName GROUP BY TraceId
    ) AS called ON traces.TraceId = called.TraceId
    GROUP BY Service, Operation, Role, Window
)
GROUP BY Service, Operation, Role
ORDER BY requests DESC, service, operation, role
