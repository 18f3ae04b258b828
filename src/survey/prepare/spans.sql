-- For one bucket of traces: every span once, with parent, callee, peer, store and tables joined in.
-- Lines that end in "-- repeated ids" are left out for a bucket in which every id occurs once: sorting a bucket costs more than all its joins.
WITH
    -- a host that answers as one service in nine of ten calls is that service
    known_hosts AS
    (
        SELECT Host, Port, argMax(Service, (Calls, Service)) AS Service
        FROM (SELECT Host, Port, Service, sum(Calls) AS Calls FROM hosts GROUP BY Host, Port, Service)
        GROUP BY Host, Port
        HAVING max(Calls) >= 0.9 * sum(Calls)
    ),
    -- a destination whose host only one side knows is the same destination
    broker_hosts AS
    (
        SELECT System, DestinationName, min(Host) AS OnlyHost
        FROM normalised
        WHERE DestinationName != '' AND Host != '' AND Role IN ('producer', 'consumer')
        GROUP BY System, DestinationName
        HAVING uniqExact(Host) = 1
    ),
    parents AS
    (
        SELECT SpanKey, Service, Role, Operation, StartNs, DurationNs, Error FROM normalised
        WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
        ORDER BY SpanKey, StartNs, ContentHash LIMIT 1 BY SpanKey -- repeated ids
    ),
    callees AS
    (
        SELECT ParentKey, Service, SpanId, Operation, StartNs, DurationNs, Error FROM normalised
        WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Kind IN ('server', 'consumer') AND ParentKey != 0
        ORDER BY ParentKey, StartNs, SpanId, ContentHash
        LIMIT 1 BY ParentKey
    ),
    wrappers AS
    (
        SELECT DISTINCT ParentKey, Role, Service FROM normalised
        WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role IN ('client', 'query') AND ParentKey IN
        (
            SELECT SpanKey FROM normalised
            WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role IN ('client', 'query')
        )
    )
SELECT
    span.TraceId AS TraceId,
    span.SpanId AS SpanId,
    span.ParentSpanId AS ParentSpanId,
    span.SpanKey AS SpanKey,
    span.ParentKey AS ParentKey,
    span.Service AS Service,
    span.Instance AS Instance,
    span.Name AS Name,
    span.Kind AS Kind,
    multiIf(
        wrapper.ParentKey != 0 AND callee.ParentKey = 0, 'internal',
        -- instrumentation without kinds: a span that another service's span of no kind waits for is an entry
        span.Role = 'internal' AND parent.SpanKey != 0 AND parent.Role IN ('internal', 'server', 'consumer') AND parent.Service != span.Service
            AND span.StartNs <= parent.StartNs + toInt64(parent.DurationNs), 'server',
        toString(span.Role)) AS Role,
    span.Protocol AS Protocol,
    multiIf(
        Role != 'query', toString(span.Operation),
        notEmpty(TablesWritten), concat(Command, ' ', TablesWritten[1]),
        notEmpty(TablesRead), concat(Command, ' ', TablesRead[1]),
        Command != '', toString(Command),
        toString(span.Operation)) AS Operation,
    span.StartNs AS StartNs,
    span.StartNs + toInt64(span.DurationNs) AS EndNs,
    span.DurationNs AS DurationNs,
    span.Error AS Error,
    span.TimedOut AS TimedOut,
    span.HttpStatus AS HttpStatus,
    span.ResendCount AS ResendCount,
    span.TargetHash AS TargetHash,
    parent.SpanKey != 0 AS HasParent,
    parent.Service AS ParentService,
    parent.Role AS ParentRole,
    parent.Operation AS ParentOperation,
    parent.StartNs AS ParentStartNs,
    parent.StartNs + toInt64(parent.DurationNs) AS ParentEndNs,
    parent.Error AS ParentError,
    callee.Service AS Callee,
    callee.SpanId AS CalleeSpanId,
    callee.Operation AS CalleeOperation,
    callee.StartNs AS CalleeStartNs,
    callee.DurationNs AS CalleeDurationNs,
    callee.Error AS CalleeError,
    multiIf(Role != 'client', '', Callee != '', toString(Callee), span.PeerName != '', toString(span.PeerName), host.Service != '', toString(host.Service), toString(span.Host)) AS Peer,
    multiIf(Peer = '', '', Callee != '' OR span.PeerName != '' OR host.Service != '', 'service', 'external') AS PeerKind,
    span.Host AS Host,
    span.Port AS Port,
    span.HostConfigured AS HostConfigured,
    span.System AS System,
    -- two services that name a server but not the database on it may or may not share one
    Role = 'query' AND span.Host != '' AND (span.Namespace != '' OR span.System IN ('elasticsearch', 'opensearch', 'aws.dynamodb', 'couchdb', 'memcached')) AS StoreKnown,
    multiIf(
        Role != 'query', '',
        span.Host != '', concat(System, '://', span.Host, if(span.Port = 0, '', concat(':', toString(span.Port))), if(span.Namespace = '', '', concat('/', span.Namespace))),
        concat(System, '://(', Service, ')', if(span.Namespace = '', '', concat('/', span.Namespace)))) AS Store,
    span.StatementHash AS StatementHash,
    span.Sanitised AS Sanitised,
    if(statement.Command != '', toString(statement.Command), toString(span.Command)) AS Command,
    multiIf(
        Role != 'query', '',
        statement.Access NOT IN ('', 'other'), toString(statement.Access),
        Command IN ('SELECT', 'GET', 'MGET', 'HGET', 'HMGET', 'HGETALL', 'EXISTS', 'TTL', 'PTTL', 'SMEMBERS', 'SISMEMBER', 'LRANGE', 'ZRANGE', 'ZSCORE', 'SCAN', 'STRLEN', 'LLEN', 'SCARD', 'ZCARD', 'GETS', 'FIND', 'FINDONE', 'AGGREGATE', 'COUNT', 'DISTINCT', 'QUERY', 'SEARCH', 'GETITEM', 'BATCHGETITEM', 'SHOW', 'READ'), 'read',
        Command IN ('INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'UPSERT', 'TRUNCATE', 'COPY', 'SET', 'SETEX', 'PSETEX', 'SETNX', 'MSET', 'GETSET', 'GETDEL', 'DEL', 'UNLINK', 'EXPIRE', 'PEXPIRE', 'HSET', 'HMSET', 'HDEL', 'INCR', 'INCRBY', 'DECR', 'DECRBY', 'HINCRBY', 'SADD', 'SREM', 'LPUSH', 'RPUSH', 'LPOP', 'RPOP', 'ZADD', 'ZREM', 'XADD', 'ADD', 'APPEND', 'CAS', 'TOUCH', 'FLUSHDB', 'FLUSHALL', 'INSERTONE', 'INSERTMANY', 'UPDATEONE', 'UPDATEMANY', 'DELETEONE', 'DELETEMANY', 'FINDANDMODIFY', 'PUTITEM', 'UPDATEITEM', 'DELETEITEM', 'BATCHWRITEITEM', 'INDEX', 'BULK', 'WRITE'), 'write',
        'other') AS Access,
    notEmpty(statement.TablesRead) OR notEmpty(statement.TablesWritten) AS tablesParsed,
    arrayDistinct(if(tablesParsed, statement.TablesRead, if(Role = 'query' AND span.Collection != '' AND Access != 'write', [lower(span.Collection)], []))) AS TablesRead,
    arrayDistinct(if(tablesParsed, statement.TablesWritten, if(Role = 'query' AND span.Collection != '' AND Access = 'write', [lower(span.Collection)], []))) AS TablesWritten,
    if(span.DestinationName = '', '', concat(System, '://', if(span.Host != '', toString(span.Host), toString(broker.OnlyHost)), '/', span.DestinationName)) AS Destination,
    span.DestinationName AS DestinationName,
    span.MessagingOperation AS MessagingOperation,
    span.MessageId AS MessageId,
    span.ConversationId AS ConversationId,
    span.Subscription AS Subscription,
    span.Lane AS Lane,
    span.Attempt AS Attempt,
    span.EnqueuedNs AS EnqueuedNs,
    span.Temporary AS Temporary,
    span.BatchCount AS BatchCount,
    span.LinkTraceIds AS LinkTraceIds,
    span.LinkSpanIds AS LinkSpanIds
FROM
(
    SELECT TraceId, SpanId, ParentSpanId, SpanKey, ParentKey, Service, Instance, Name, Kind, Role, Protocol, Operation, StartNs, DurationNs, Error, TimedOut,
        HttpStatus, ResendCount, TargetHash, Host, Port, HostConfigured, PeerName, System, Namespace, StatementHash, Sanitised, Command, Collection, DestinationName,
        MessagingOperation, MessageId, ConversationId, Subscription, Lane, Attempt, EnqueuedNs, Temporary, BatchCount, LinkTraceIds, LinkSpanIds
    FROM normalised
    WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
    LIMIT 1 BY SpanKey, ContentHash -- repeated ids
) AS span
LEFT ANY JOIN parents AS parent ON span.ParentKey = parent.SpanKey
LEFT ANY JOIN callees AS callee ON span.SpanKey = callee.ParentKey
LEFT ANY JOIN wrappers AS wrapper ON span.SpanKey = wrapper.ParentKey AND span.Role = wrapper.Role AND span.Service = wrapper.Service
LEFT ANY JOIN known_hosts AS host ON span.Host = host.Host AND span.Port = host.Port
LEFT ANY JOIN broker_hosts AS broker ON span.System = broker.System AND span.DestinationName = broker.DestinationName
LEFT ANY JOIN statements AS statement ON span.StatementHash = statement.StatementHash AND span.System = statement.System
