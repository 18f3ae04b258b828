-- One row a synchronous call from one service to another (or to an external address), whichever of its two spans was seen.
-- A CLIENT span that wraps no other CLIENT span is a call; so is a SERVER span whose parent belongs to another service and is no client span.
CREATE VIEW IF NOT EXISTS exchanges AS
SELECT
    TraceId, SpanId, ParentSpanId, ParentKey, ParentService, ParentOperation, Service AS Caller, Peer AS CalleeName, PeerKind AS CalleeKind, Protocol,
    if(CalleeOperation != '', CalleeOperation, Operation) AS CallOperation, Operation AS ClientOperation,
    Host, Port, HostConfigured, StartNs, EndNs, DurationNs, Error, TimedOut, ResendCount, TargetHash, HttpStatus,
    CalleeSpanId AS ServerSpanId, CalleeStartNs AS ServerStartNs, CalleeDurationNs AS ServerNs, CalleeError AS ServerError
FROM spans
WHERE Role = 'client'
UNION ALL
SELECT
    TraceId, SpanId, ParentSpanId, ParentKey, ParentService, ParentOperation, ParentService AS Caller, Service AS CalleeName, 'service' AS CalleeKind, Protocol,
    Operation AS CallOperation, Operation AS ClientOperation,
    '' AS Host, 0 AS Port, 0 AS HostConfigured, StartNs, EndNs, DurationNs, Error, TimedOut, ResendCount, TargetHash, HttpStatus,
    SpanId AS ServerSpanId, StartNs AS ServerStartNs, DurationNs AS ServerNs, Error AS ServerError
FROM spans
WHERE Role = 'server' AND HasParent = 1 AND ParentService != Service AND ParentRole NOT IN ('client', 'producer')
