-- Spans whose parent id is nowhere in their trace, by what they are, with who is the parent of their like where it was seen.
-- Only operations with at least one such span. Ids are a sample spread over all of them, not the first.
--
-- service: service of the orphans
-- operation: operation of the orphans
-- role: server, client, query, producer, consumer or internal
-- spans: spans of this service, operation and role, orphans or not
-- orphans: of those, with a parent id that is not in the trace
-- orphanTraces: traces with such an orphan
-- caller: service that is most often the parent of the others of this operation; empty when every one lacks its parent
-- callerOperation: operation of that parent
-- firstTenthMs: a tenth of the orphans start before this, Unix time in ms
-- traceIds: up to ten traces with an orphan
-- spanIds: the orphan in each of traceIds
SELECT
    Service AS service,
    Operation AS operation,
    Role AS role,
    sum(Seen) AS spans,
    sum(Lost) AS orphans,
    sum(LostTraces) AS orphanTraces,
    -- one group a parent, and orphans have none: all of them are in the group without a parent
    argMax(ParentService, (ParentService != '', Seen, ParentService, ParentOperation)) AS caller,
    argMax(ParentOperation, (ParentService != '', Seen, ParentService, ParentOperation)) AS callerOperation,
    intDiv(max(FirstTenthNs), 1000000) AS firstTenthMs,
    arrayMap(lost -> lost.2, argMax(Sample, Lost)) AS traceIds,
    arrayMap(lost -> lost.3, argMax(Sample, Lost)) AS spanIds
FROM
(
    SELECT Service, Operation, Role, ParentService, ParentOperation,
        count() AS Seen,
        countIf(ParentSpanId != '' AND HasParent = 0) AS Lost,
        uniqExactIf(TraceId, ParentSpanId != '' AND HasParent = 0) AS LostTraces,
        quantileExactIf(0.1)(StartNs, ParentSpanId != '' AND HasParent = 0) AS FirstTenthNs,
        groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), ParentSpanId != '' AND HasParent = 0) AS Sample
    FROM spans
    GROUP BY Service, Operation, Role, ParentService, ParentOperation
)
GROUP BY Service, Operation, Role
HAVING orphans > 0
ORDER BY service, operation, role
