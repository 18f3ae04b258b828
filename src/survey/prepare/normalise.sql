-- otel_traces, one meaning a column. The only place that knows names of attributes.
-- Three levels, innermost first: attributes by either generation of names · what they mean · the row.
-- Levels are subqueries because the engine would otherwise repeat whole expressions wherever an alias is used;
-- indexOf over mapKeys is five times faster than map['key'], which scans once per key.
WITH
    (first, second) -> if(first != '', first, second) AS either,
    role IN ('client', 'query', 'producer', 'consumer') AS outward
SELECT
    TraceId,
    SpanId,
    ParentSpanId,
    cityHash64(TraceId, SpanId) AS SpanKey,
    if(ParentSpanId = '', 0, cityHash64(TraceId, ParentSpanId)) AS ParentKey,
    contentHash AS ContentHash,
    service AS Service,
    instance AS Instance,
    SpanName AS Name,
    kind AS Kind,
    role AS Role,
    multiIf(role = 'query', 'db', role IN ('producer', 'consumer'), 'messaging', rpc != '', 'rpc', method != '' OR url != '', 'http', 'other') AS Protocol,
    multiIf(
        Protocol = 'messaging' AND destinationName != '', concat(either(messagingOperation, role), ' ', destinationName),
        Protocol = 'rpc' AND rpcOperation != '', rpcOperation,
        Protocol = 'http' AND method != '' AND httpPath != '', concat(method, ' ', httpPath),
        Protocol = 'http' AND httpPath NOT IN ('', '/'), httpPath,
        replaceRegexpAll(SpanName, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|[0-9]{3,}', '{id}')) AS Operation,
    toUnixTimestamp64Nano(Timestamp) AS StartNs,
    if(toInt64(Duration) < 0, 0, toUInt64(Duration)) AS DurationNs,
    failed AS Error,
    failed AND (
        match(lower(errorType), 'timeout|timed.?out|deadline|etimedout|econnaborted')
        OR match(lower(StatusMessage), 'timeout|timed out|deadline exceeded')
        OR rpcStatus IN ('4', 'DEADLINE_EXCEEDED') OR httpStatus IN (408, 504)
        OR match(lower(exceptionText), 'timeout|timed out|deadline exceeded|etimedout')) AS TimedOut,
    httpStatus AS HttpStatus,
    toUInt16OrZero(resendCount) AS ResendCount,
    if(role IN ('client', 'server') AND fullTarget != '', cityHash64(fullTarget), 0) AS TargetHash,
    if(outward, host, '') AS Host,
    if(outward AND host != '', multiIf(
        statedPort != 0, statedPort,
        urlPort != 0, urlPort,
        url != '', if(startsWith(url, 'https'), 443, 80),
        transform(if(role = 'query', database, messaging),
            ['postgresql', 'mysql', 'mariadb', 'redis', 'valkey', 'memcached', 'mongodb', 'microsoft.sql_server', 'oracle.db', 'cassandra', 'elasticsearch', 'opensearch', 'clickhouse', 'cockroachdb', 'couchbase', 'neo4j', 'rabbitmq', 'kafka', 'nats'],
            [5432, 3306, 3306, 6379, 6379, 11211, 27017, 1433, 1521, 9042, 9200, 9200, 8123, 26257, 8091, 7687, 5672, 9092, 4222], 0)), 0) AS Port,
    configuredHost != '' AS HostConfigured,
    if(role IN ('client', 'producer', 'query'), peerName, '') AS PeerName,
    multiIf(role = 'query', database, Protocol = 'messaging', messaging, '') AS System,
    if(role = 'query', either(namespace, if(isKeyValue, '0', '')), '') AS Namespace,
    if(role != 'query' OR anyStatement = '', 0, if(isKeyValue, cityHash64(command), normalizedQueryHash(anyStatement))) AS StatementHash,
    if(role != 'query', '', left(anyStatement, 20000)) AS Statement,
    role = 'query' AND NOT isKeyValue AND position(statement, '?') > 0 AND NOT match(statement, '''[^'']*[^''?][^'']*''|[=<>(, ][0-9]+') AS Sanitised,
    if(role = 'query', command, '') AS Command,
    if(role = 'query', collection, '') AS Collection,
    if(Protocol = 'messaging', destinationName, '') AS DestinationName,
    if(Protocol = 'messaging', messagingOperation, '') AS MessagingOperation,
    messageId AS MessageId,
    conversationId AS ConversationId,
    consumerGroup AS ConsumerGroup,
    toUInt32OrZero(batchCount) AS BatchCount,
    linkTraceIds AS LinkTraceIds,
    linkSpanIds AS LinkSpanIds
FROM
(
    WITH
        (first, second) -> if(first != '', first, second) AS either,
        segment -> multiIf(
            match(segment, '^([0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,})$'), '{id}',
            length(segment) > 40 OR position(segment, '@') > 0 OR position(segment, '%40') > 0, '{id}',
            replaceRegexpAll(segment, '[0-9]{3,}', '{id}')) AS templateOf
    SELECT
        TraceId, SpanId, ParentSpanId, SpanName, Timestamp, Duration, StatusMessage,
        kind, service, instance, contentHash, method, url, configuredHost, peerName, namespace, statement, collection, messageId,
        conversationId, consumerGroup, batchCount, resendCount, errorType, rpcStatus, exceptionText, linkTraceIds, linkSpanIds,
        transform(databaseText,
            ['mssql', 'dynamodb', 'cosmosdb', 'postgres', 'mongo', 'redshift', 'spanner', 'oracle', 'db2', 'elastic'],
            ['microsoft.sql_server', 'aws.dynamodb', 'azure.cosmosdb', 'postgresql', 'mongodb', 'aws.redshift', 'gcp.spanner', 'oracle.db', 'ibm.db2', 'elasticsearch'],
            databaseText) AS database,
        transform(messagingText, ['amazonsqs', 'aws.sqs', 'rabbit', 'amazonsns'], ['aws_sqs', 'aws_sqs', 'rabbitmq', 'aws_sns'], messagingText) AS messaging,
        rpcText AS rpc,
        multiIf(
            messagingVerb IN ('send', 'publish', 'create'), 'send',
            messagingVerb IN ('process', 'deliver'), 'process',
            messagingVerb IN ('receive', 'poll', 'pull', 'consume'), 'receive',
            messagingVerb IN ('settle', 'ack', 'nack', 'commit'), 'settle',
            messagingVerb != '', messagingVerb,
            messaging = '' AND kind NOT IN ('producer', 'consumer'), '',
            kind = 'producer', 'send',
            kind = 'consumer', 'process',
            '') AS messagingOperation,
        multiIf(
            kind IN ('server', 'consumer', 'producer'), kind,
            database != '', 'query',
            messaging != '' AND messagingOperation = 'send', 'producer',
            messaging != '' AND messagingOperation IN ('receive', 'process'), 'consumer',
            messaging != '', 'internal',
            kind) AS role,
        -- "host:port" in one attribute, and a trailing dot, are the same host
        trimRight(replaceRegexpOne(lower(either(configuredHost, networkHost)), '^([^:]+):[0-9]+$', '\\1'), '.') AS rawHost,
        multiIf(
            match(rawHost, '^[^.]+\\.[^.]+\\.svc(\\.|$)'), extract(rawHost, '^([^.]+\\.[^.]+)\\.svc'),
            rawHost IN ('localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0'),
                multiIf(inPod, concat('localhost@', service), hostName != '', concat('localhost@', lower(hostName)), 'localhost'),
            podNamespace != '' AND rawHost != '' AND position(rawHost, '.') = 0 AND position(rawHost, ':') = 0, concat(rawHost, '.', lower(podNamespace)),
            rawHost) AS ownHost,
        -- a charter may know a host by another name; position 0 of an array is the blank
        either({aliases:Array(String)}[indexOf({aliased:Array(String)}, rawHost)], either({aliases:Array(String)}[indexOf({aliased:Array(String)}, ownHost)], ownHost)) AS host,
        toUInt16OrZero(either(portText, extract(configuredHost, '^[^:]+:([0-9]+)$'))) AS statedPort,
        port(url) AS urlPort,
        either(statement, summary) AS anyStatement,
        database IN ('redis', 'valkey', 'memcached') AS isKeyValue,
        upper(either(commandText, either(extract(trimLeft(statement), '^[A-Za-z_]+'), extract(SpanName, '^([A-Za-z]+)(?: |$)')))) AS command,
        multiIf(
            messaging = '' AND role NOT IN ('producer', 'consumer'), '',
            plainDestination IN ('', '<default>', '(default)', 'amq.default'), routingKey,
            routingKey != '' AND routingKey != plainDestination AND position(plainDestination, ':') = 0, concat(plainDestination, ':', routingKey),
            plainDestination) AS longDestination,
        -- anonymous reply queues and ids in routing keys are one destination
        replaceRegexpAll(longDestination, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|amq\\.gen-[A-Za-z0-9_-]+|[0-9a-f]{16,}|[0-9]{3,}', '{id}') AS destinationName,
        either(target, path(url)) AS requestPath,
        either(pathFull(url), target) AS fullTarget,
        either(route, if(requestPath = '', '', arrayStringConcat(arrayMap(part -> templateOf(part), splitByChar('/', cutQueryString(requestPath))), '/'))) AS httpPath,
        multiIf(rpcService = '' OR position(rpcMethod, '/') > 0, rpcMethod, concat(rpcService, '/', rpcMethod)) AS rpcOperation,
        toUInt16OrZero(statusText) AS httpStatus,
        lower(StatusCode) IN ('error', 'status_code_error') OR errorType != '' OR httpStatus >= 500 OR (rpcText = 'grpc' AND rpcStatus NOT IN ('', '0', 'OK')) AS failed
    FROM
    (
        WITH
            mapKeys(SpanAttributes) AS keys,
            mapValues(SpanAttributes) AS values,
            name -> values[indexOf(keys, name)] AS attribute,
            mapKeys(ResourceAttributes) AS resourceKeys,
            mapValues(ResourceAttributes) AS resourceValues,
            name -> resourceValues[indexOf(resourceKeys, name)] AS resource,
            (first, second) -> if(first != '', first, second) AS either
        SELECT
            TraceId, SpanId, ParentSpanId, SpanName, Timestamp, Duration, StatusMessage, StatusCode,
            cityHash64(ParentSpanId, SpanName, SpanKind, ServiceName, Timestamp, Duration, StatusCode, keys, values) AS contentHash,
            multiIf(endsWith(lower(SpanKind), 'server'), 'server', endsWith(lower(SpanKind), 'client'), 'client', endsWith(lower(SpanKind), 'producer'), 'producer', endsWith(lower(SpanKind), 'consumer'), 'consumer', 'internal') AS kind,
            either(trimBoth(toString(ServiceName)), either(resource('service.name'), 'unknown_service')) AS service,
            either(resource('service.instance.id'), either(resource('k8s.pod.name'), either(resource('host.name'), resource('host.id')))) AS instance,
            resource('k8s.namespace.name') AS podNamespace,
            resource('container.id') != '' OR resource('k8s.pod.name') != '' AS inPod,
            resource('host.name') AS hostName,
            lower(either(attribute('db.system.name'), attribute('db.system'))) AS databaseText,
            lower(attribute('messaging.system')) AS messagingText,
            lower(either(attribute('rpc.system.name'), attribute('rpc.system'))) AS rpcText,
            lower(either(attribute('messaging.operation.type'), attribute('messaging.operation'))) AS messagingVerb,
            upper(either(attribute('http.request.method'), attribute('http.method'))) AS method,
            either(attribute('url.full'), attribute('http.url')) AS url,
            either(attribute('server.address'), either(attribute('net.peer.name'), domain(url))) AS configuredHost,
            either(attribute('network.peer.address'), either(attribute('net.sock.peer.name'), either(attribute('net.sock.peer.addr'), attribute('net.peer.ip')))) AS networkHost,
            either(attribute('server.port'), either(attribute('net.peer.port'), either(attribute('network.peer.port'), attribute('net.sock.peer.port')))) AS portText,
            either(attribute('service.peer.name'), attribute('peer.service')) AS peerName,
            either(attribute('db.namespace'), either(attribute('db.name'), attribute('db.redis.database_index'))) AS namespace,
            either(attribute('db.query.text'), attribute('db.statement')) AS statement,
            attribute('db.query.summary') AS summary,
            either(attribute('db.operation.name'), attribute('db.operation')) AS commandText,
            either(attribute('db.collection.name'), either(attribute('db.sql.table'), either(attribute('db.mongodb.collection'), attribute('db.cassandra.table')))) AS collection,
            either(attribute('messaging.destination.template'), either(attribute('messaging.destination.name'), attribute('messaging.destination'))) AS plainDestination,
            either(attribute('messaging.rabbitmq.destination.routing_key'), attribute('messaging.rabbitmq.routing_key')) AS routingKey,
            either(attribute('messaging.message.id'), attribute('messaging.message_id')) AS messageId,
            either(attribute('messaging.message.conversation_id'), attribute('messaging.conversation_id')) AS conversationId,
            either(attribute('messaging.consumer.group.name'), attribute('messaging.kafka.consumer.group')) AS consumerGroup,
            attribute('messaging.batch.message_count') AS batchCount,
            either(attribute('http.request.resend_count'), attribute('http.resend_count')) AS resendCount,
            either(attribute('http.route'), attribute('url.template')) AS route,
            either(attribute('url.path'), attribute('http.target')) AS target,
            either(attribute('http.response.status_code'), attribute('http.status_code')) AS statusText,
            attribute('rpc.service') AS rpcService,
            attribute('rpc.method') AS rpcMethod,
            either(attribute('rpc.grpc.status_code'), attribute('rpc.response.status_code')) AS rpcStatus,
            attribute('error.type') AS errorType,
            arrayStringConcat(arrayMap(map -> concat(map['exception.type'], ' ', map['exception.message']), Events.Attributes), ' ') AS exceptionText,
            Links.TraceId AS linkTraceIds,
            Links.SpanId AS linkSpanIds
        FROM otel_traces
    )
)
