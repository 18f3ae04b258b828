-- What becomes of calls that fail: one row per caller, callee and operation, calls of services and publishes. Of attempts at one request only the last counts.
-- A failure is shown when a span around it failed or answered 4xx or 5xx. It is followed when the caller then does something that it does not do in
-- traces in which such calls succeed: a fallback. Not counted are answers of 4xx, errors that the callee does not see as its own, and calls that outlive who made them.
-- At most 500 failures of each row are looked at, by the hash of their trace; they are the right side of the join, for what is around them is many times as much.
-- over: spans.client or spans.producer
--
-- caller: service that calls
-- callee: service, external address or destination
-- kind: call or publish
-- operation: the callee's operation where its span was seen, else the caller's
-- failures: calls that failed for good
-- shown: of those, a span around it shows it
-- followed: of the others, a fallback follows
-- unclear: of the others, something follows, and no success tells whether it always does
-- swallowed: of the others, nothing follows but what always does
-- traces: distinct traces with a swallowed failure
-- traceIds: up to ten traces with a swallowed failure
-- spanIds: the call that failed in each of traceIds
WITH
    failing AS
    (
        SELECT TraceId, SpanId, SpanKey, ParentKey, Service, Role, if(Role = 'client', Peer, Destination) AS Target,
            if(CalleeOperation != '', CalleeOperation, Operation) AS CallOperation, Operation, TargetHash, StartNs, EndNs
        FROM spans
        WHERE Role IN ('client', 'producer') AND Error = 1 AND HasParent = 1 AND ParentService = Service AND Target != ''
            AND EndNs <= ParentEndNs + 1000000
            AND (Role = 'producer' OR (
                (TimedOut = 1 OR HttpStatus = 0 OR HttpStatus >= 500 OR HttpStatus IN (408, 429))
                AND (TimedOut = 1 OR CalleeError = 1 OR (CalleeSpanId = '' AND (Protocol = 'http' OR PeerKind = 'service')))))
        ORDER BY cityHash64(TraceId), TraceId, SpanId
        LIMIT 500 BY Service, Role, Target, Operation
    ),
    usual AS
    (
        SELECT DISTINCT cityHash64(Service, ParentOperation, Role, Peer, Store, Destination, Operation, Command, StatementHash)
        FROM spans
        WHERE Role IN ('client', 'query', 'producer')
            AND TraceId IN (SELECT TraceId FROM spans WHERE Role IN ('client', 'producer') AND (Service, if(Role = 'client', Peer, Destination), Operation) IN (SELECT Service, Target, Operation FROM failing))
            AND TraceId NOT IN (SELECT TraceId FROM spans WHERE Role IN ('client', 'producer') AND Error = 1)
    ),
    judged AS
    (
        WITH
            around.SpanKey != failing.SpanKey AND around.StartNs <= failing.StartNs AND around.EndNs + 1000000 >= failing.EndNs AS Encloses,
            around.Service = failing.Caller AS Own
        SELECT
            min(failing.TraceId) AS FailedTraceId, min(failing.SpanId) AS FailedId, min(failing.Caller) AS Caller, min(failing.Target) AS Target, min(failing.Sort) AS Sort,
            min(failing.CallOperation) AS CallOperation, min(failing.ClientOperation) AS ClientOperation,
            countIf(around.Role = failing.Sort AND around.ParentKey = failing.ParentKey AND around.Operation = failing.ClientOperation AND around.Target = failing.Target
                AND around.TargetHash = failing.TargetHash AND around.StartNs > failing.StartNs) AS Again,
            countIf(Encloses AND Shows) AS Shown,
            minIf(around.EndNs, Encloses AND Own AND around.Role IN ('server', 'consumer')) AS EntryEndNs,
            maxIf(around.EndNs, Encloses AND Own) AS OutmostEndNs,
            -- starts are mostly told in whole milliseconds, ends are not
            groupArrayIf((around.StartNs, Usual), Own AND Does AND around.StartNs > failing.StartNs AND around.StartNs + 1000000 > failing.EndNs) AS Later,
            maxIf(Usual, around.SpanKey = failing.SpanKey) AS Known
        FROM
        (
            SELECT TraceId, SpanKey, ParentKey, Service, Role, Operation, if(Role = 'client', Peer, Destination) AS Target, TargetHash, StartNs, EndNs,
                Kind != 'client' AND (Error = 1 OR HttpStatus >= 400) AS Shows,
                Role IN ('client', 'query', 'producer') AS Does,
                Does AND cityHash64(Service, ParentOperation, Role, Peer, Store, Destination, Operation, Command, StatementHash) IN usual AS Usual
            FROM spans
            WHERE TraceId IN (SELECT TraceId FROM failing)
        ) AS around
        INNER JOIN
        (
            SELECT TraceId, SpanId, SpanKey, ParentKey, Service AS Caller, Role AS Sort, Target, CallOperation, Operation AS ClientOperation, TargetHash, StartNs, EndNs,
                cityHash64(TraceId, SpanId, Service, Role, Target, CallOperation, Operation) AS FailureKey
            FROM failing
        ) AS failing ON around.TraceId = failing.TraceId
        GROUP BY failing.FailureKey
    )
SELECT
    Caller AS caller,
    Target AS callee,
    if(Sort = 'client', 'call', 'publish') AS kind,
    max(CallOperation) AS operation,
    count() AS failures,
    countIf(Shown > 0) AS shown,
    countIf(Shown = 0 AND IsFollowed AND Known = 1) AS followed,
    countIf(Shown = 0 AND IsFollowed AND Known = 0) AS unclear,
    countIf(Shown = 0 AND NOT IsFollowed) AS swallowed,
    uniqExactIf(FailedTraceId, Shown = 0 AND NOT IsFollowed) AS traces,
    arrayMap(one -> one.2, groupArraySortedIf(10)((cityHash64(FailedId), FailedTraceId, FailedId), Shown = 0 AND NOT IsFollowed)) AS traceIds,
    arrayMap(one -> one.3, groupArraySortedIf(10)((cityHash64(FailedId), FailedTraceId, FailedId), Shown = 0 AND NOT IsFollowed)) AS spanIds
FROM
(
    SELECT Caller, Target, Sort, ClientOperation, CallOperation, Shown, Known, FailedTraceId, FailedId,
        arrayExists(deed -> deed.2 = 0 AND deed.1 <= if(EntryEndNs != 0, EntryEndNs, OutmostEndNs), Later) AS IsFollowed
    FROM judged
    WHERE Again = 0
)
GROUP BY Caller, Target, Sort, ClientOperation
ORDER BY caller, callee, kind, operation
