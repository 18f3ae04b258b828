-- For one bucket of traces: every span once, with parent, callee, peer, store and tables joined in.
-- Lines that end in "-- repeated ids" are left out for a bucket in which every id occurs once: sorting a bucket costs more than all its joins.
-- Those that end in "-- lone traces" are there where most spans have no parent, and so few are one.
-- Keys of several columns are joined by their hash, for the engine would write out each key to compare it.
WITH
    -- a host that answers as one service in nine of ten calls is that service
    known_hosts AS
    (
        SELECT Host, Port, argMax(Service, (Calls, Service)) AS Service
        FROM (SELECT Host, Port, Service, sum(Calls) AS Calls FROM hosts GROUP BY Host, Port, Service)
        GROUP BY Host, Port
        HAVING max(Calls) >= 0.9 * sum(Calls)
    ),
    parents AS
    (
        SELECT SpanKey, Service, Role, Operation, StartNs, DurationNs, Error FROM normalised
        WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8}
            AND SpanKey IN (SELECT ParentKey FROM normalised WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND ParentKey != 0) -- lone traces
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
        SELECT DISTINCT cityHash64(ParentKey, Role, Service) AS Wrapping FROM normalised
        WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role IN ('client', 'query') AND ParentKey IN
        (
            SELECT SpanKey FROM normalised
            WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role IN ('client', 'query')
        )
    ),
    brokers AS
    (
        SELECT cityHash64(System, DestinationName) AS Place, OnlyHost FROM broker_hosts
    ),
    joined AS
    (
        SELECT
            span.TraceId AS TraceId, span.SpanId AS SpanId, span.ParentSpanId AS ParentSpanId, span.SpanKey AS SpanKey,
            span.ParentKey AS ParentKey, span.Service AS Service, span.Instance AS Instance, span.Name AS Name, span.Kind AS Kind,
            span.Protocol AS Protocol, span.Operation AS Operation, span.StartNs AS StartNs, span.DurationNs AS DurationNs,
            span.Error AS Error, span.TimedOut AS TimedOut, span.HttpStatus AS HttpStatus, span.ResendCount AS ResendCount,
            span.TargetHash AS TargetHash, span.Host AS Host, span.Port AS Port, span.HostConfigured AS HostConfigured,
            span.PeerName AS PeerName, span.System AS System, span.Namespace AS Namespace, span.StatementHash AS StatementHash,
            span.Sanitised AS Sanitised, span.Collection AS Collection, span.DestinationName AS DestinationName,
            span.MessagingOperation AS MessagingOperation, span.MessageId AS MessageId, span.ConversationId AS ConversationId,
            span.Subscription AS Subscription, span.Lane AS Lane, span.Attempt AS Attempt, span.EnqueuedNs AS EnqueuedNs,
            span.Temporary AS Temporary, span.BatchCount AS BatchCount, span.LinkTraceIds AS LinkTraceIds, span.LinkSpanIds AS LinkSpanIds,
            multiIf(
                wrapper.Wrapping != 0 AND callee.ParentKey = 0, 'internal',
                -- instrumentation without kinds: a span that another service's span of no kind waits for is an entry
                span.Role = 'internal' AND parent.SpanKey != 0 AND parent.Role IN ('internal', 'server', 'consumer') AND parent.Service != span.Service
                    AND span.StartNs <= parent.StartNs + toInt64(parent.DurationNs), 'server',
                toString(span.Role)) AS role,
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
            host.Service AS hostService,
            broker.OnlyHost AS onlyHost,
            if(statement.Command != '', toString(statement.Command), toString(span.Command)) AS command,
            statement.Access AS statedAccess,
            statement.TablesRead AS parsedReads,
            statement.TablesWritten AS parsedWrites
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
        LEFT ANY JOIN wrappers AS wrapper ON cityHash64(span.SpanKey, span.Role, span.Service) = wrapper.Wrapping
        LEFT ANY JOIN known_hosts AS host ON span.Host = host.Host AND span.Port = host.Port
        -- a destination whose host only one side knows is the same destination
        LEFT ANY JOIN brokers AS broker ON cityHash64(span.System, span.DestinationName) = broker.Place
        LEFT ANY JOIN statements AS statement ON span.StatementHash = statement.StatementHash AND span.System = statement.System
    ),
    -- what several columns are made of
    told AS
    (
        SELECT
            *,
            multiIf(
                role != 'query', '',
                statedAccess NOT IN ('', 'other'), toString(statedAccess),
                command IN ('SELECT', 'GET', 'MGET', 'HGET', 'HMGET', 'HGETALL', 'EXISTS', 'TTL', 'PTTL', 'SMEMBERS', 'SISMEMBER', 'LRANGE', 'ZRANGE', 'ZSCORE', 'SCAN', 'STRLEN', 'LLEN', 'SCARD', 'ZCARD', 'GETS', 'FIND', 'FINDONE', 'AGGREGATE', 'COUNT', 'DISTINCT', 'QUERY', 'SEARCH', 'GETITEM', 'BATCHGETITEM', 'SHOW', 'READ'), 'read',
                command IN ('INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'UPSERT', 'TRUNCATE', 'COPY', 'SET', 'SETEX', 'PSETEX', 'SETNX', 'MSET', 'GETSET', 'GETDEL', 'DEL', 'UNLINK', 'EXPIRE', 'PEXPIRE', 'HSET', 'HMSET', 'HDEL', 'INCR', 'INCRBY', 'DECR', 'DECRBY', 'HINCRBY', 'SADD', 'SREM', 'LPUSH', 'RPUSH', 'LPOP', 'RPOP', 'ZADD', 'ZREM', 'XADD', 'ADD', 'APPEND', 'CAS', 'TOUCH', 'FLUSHDB', 'FLUSHALL', 'INSERTONE', 'INSERTMANY', 'UPDATEONE', 'UPDATEMANY', 'DELETEONE', 'DELETEMANY', 'FINDANDMODIFY', 'PUTITEM', 'UPDATEITEM', 'DELETEITEM', 'BATCHWRITEITEM', 'INDEX', 'BULK', 'WRITE'), 'write',
                'other') AS access,
            multiIf(role != 'client', '', Callee != '', toString(Callee), PeerName != '', toString(PeerName), hostService != '', toString(hostService), toString(Host)) AS peer,
            notEmpty(parsedReads) OR notEmpty(parsedWrites) AS tablesParsed,
            if(Host != '', toString(Host), toString(onlyHost)) AS brokerHost
        FROM joined
    ),
    tabled AS
    (
        SELECT
            *,
            arrayDistinct(if(tablesParsed, parsedReads, if(role = 'query' AND Collection != '' AND access != 'write', [lower(Collection)], []))) AS tablesRead,
            arrayDistinct(if(tablesParsed, parsedWrites, if(role = 'query' AND Collection != '' AND access = 'write', [lower(Collection)], []))) AS tablesWritten
        FROM told
    )
SELECT
    TraceId, SpanId, ParentSpanId, SpanKey, ParentKey, Service, Instance, Name, Kind,
    role AS Role,
    Protocol,
    multiIf(
        role != 'query', toString(Operation),
        notEmpty(tablesWritten), concat(command, ' ', tablesWritten[1]),
        notEmpty(tablesRead), concat(command, ' ', tablesRead[1]),
        command != '', command,
        toString(Operation)) AS Operation,
    StartNs,
    StartNs + toInt64(DurationNs) AS EndNs,
    DurationNs, Error, TimedOut, HttpStatus, ResendCount, TargetHash,
    HasParent, ParentService, ParentRole, ParentOperation, ParentStartNs, ParentEndNs, ParentError,
    Callee, CalleeSpanId, CalleeOperation, CalleeStartNs, CalleeDurationNs, CalleeError,
    peer AS Peer,
    multiIf(peer = '', '', Callee != '' OR PeerName != '' OR hostService != '', 'service', 'external') AS PeerKind,
    Host, Port, HostConfigured, System,
    -- two services that name a server but not the database on it may or may not share one
    role = 'query' AND Host != '' AND (Namespace != '' OR System IN ('elasticsearch', 'opensearch', 'aws.dynamodb', 'couchdb', 'memcached')) AS StoreKnown,
    multiIf(
        role != 'query', '',
        Host != '', concat(System, '://', Host, if(Port = 0, '', concat(':', toString(Port))), if(Namespace = '', '', concat('/', Namespace))),
        concat(System, '://(', Service, ')', if(Namespace = '', '', concat('/', Namespace)))) AS Store,
    StatementHash, Sanitised,
    command AS Command,
    access AS Access,
    tablesRead AS TablesRead,
    tablesWritten AS TablesWritten,
    if(DestinationName = '', '', concat(System, '://', brokerHost, '/', DestinationName)) AS Destination,
    DestinationName, MessagingOperation, MessageId, ConversationId, Subscription, Lane, Attempt, EnqueuedNs, Temporary, BatchCount, LinkTraceIds, LinkSpanIds
FROM tabled
