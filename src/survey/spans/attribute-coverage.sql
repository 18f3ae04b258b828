-- How many spans say what audits need to know, by service and kind of work. An attribute that cannot exist does not count as missing:
-- a call that failed without an answer has no status, a database inside the process no address,
-- opening a connection no statement, a publish no message id yet.
-- Whether a status is missing depends on the instrumentation (some write it for failures alone), so it is counted apart.
-- Ids are a sample spread over the spans that lack something, a status included.
--
-- service: service of the spans
-- kind: store, http or messaging
-- spans: spans of that kind
-- usable: of those, lacking nothing but perhaps a status
-- statusless: of the usable, HTTP spans that did not fail and have no status
-- successes: HTTP spans with a status below 400
-- traces: distinct traces with a span that lacks something, a status included
-- missing: attributes that are missing, sorted by name
-- missingSpans: for each of them, spans that lack it
-- traceIds: up to ten traces with a span that lacks something
-- spanIds: the span in each of traceIds
WITH sumMap(Missing, arrayMap(attribute -> toUInt64(1), Missing)) AS lacking
SELECT
    Service AS service,
    SpanType AS kind,
    count() AS spans,
    countIf(empty(Missing)) AS usable,
    countIf(empty(Missing) AND SpanType = 'http' AND HttpStatus = 0 AND Error = 0) AS statusless,
    countIf(SpanType = 'http' AND HttpStatus BETWEEN 100 AND 399) AS successes,
    uniqExactIf(TraceId, notEmpty(Missing) OR (SpanType = 'http' AND HttpStatus = 0 AND Error = 0)) AS traces,
    lacking.1 AS missing,
    lacking.2 AS missingSpans,
    arrayMap(sample -> sample.2, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), notEmpty(Missing) OR (SpanType = 'http' AND HttpStatus = 0 AND Error = 0))) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySortedIf(10)((cityHash64(SpanId), TraceId, SpanId), notEmpty(Missing) OR (SpanType = 'http' AND HttpStatus = 0 AND Error = 0))) AS spanIds
FROM
(
    SELECT
        TraceId,
        SpanId,
        Service,
        HttpStatus,
        Error,
        multiIf(Role = 'query', 'store', Role IN ('producer', 'consumer'), 'messaging', 'http') AS SpanType,
        arrayFilter(attribute -> attribute != '', multiIf(
            SpanType = 'store', [
                if(Host = '' AND System NOT IN ('sqlite', 'h2', 'h2database', 'hsqldb', 'derby', 'duckdb'), 'server.address', ''),
                if(StatementHash = 0 AND empty(TablesRead) AND empty(TablesWritten) AND NOT match(Store, '^[^:]*://[^/]*/.') AND NOT (Command = '' AND match(Name, '(?i)connect|acquire|checkout|ping')), 'db.namespace or db.query.text', '')],
            SpanType = 'messaging', [
                if(System = '', 'messaging.system', ''),
                if(DestinationName = '', 'messaging.destination.name', ''),
                if(MessagingOperation = 'process' AND MessageId = '' AND empty(LinkTraceIds) AND ParentSpanId = '', 'messaging.message.id or a span link', '')],
            [
                if(match(Operation, '^[A-Z]+( |$)'), '', 'http.request.method'),
                if(position(Operation, '/') > 0 OR (match(Operation, '^[A-Z]+ .') AND NOT startsWith(Operation, 'HTTP ')), '', if(Role = 'server', 'http.route or url.path', 'url.full')),
                if(Role = 'client' AND Peer = '', 'server.address', '')])) AS Missing
    FROM spans
    WHERE Role IN ('query', 'producer', 'consumer') OR (Role IN ('server', 'client') AND Protocol = 'http')
)
GROUP BY Service, SpanType
ORDER BY service, kind
