-- otel_traces, one meaning a column. The only place that knows names of attributes.
-- A chain of steps: each is a query of its own over the one before, because the engine would otherwise repeat whole expressions wherever
-- an alias is used, and planning would take longer than running.
-- indexOf over mapKeys is five times faster than map['key'], which scans once per key.
WITH
    (first, second) -> if(first != '', first, second) AS either,
    -- attributes as two lists
    opened AS
    (
        SELECT
            TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Timestamp, Duration, StatusMessage, StatusCode, Events.Attributes, Links.TraceId, Links.SpanId,
            mapKeys(SpanAttributes) AS keys,
            mapValues(SpanAttributes) AS values,
            mapKeys(ResourceAttributes) AS resourceKeys,
            mapValues(ResourceAttributes) AS resourceValues,
            -- attributes of messages are looked for in spans of messages alone: in others there is nothing to go through
            if(match(SpanKind, '(?i)(producer|consumer)$') OR values[indexOf(keys, 'messaging.system')] != '' OR values[indexOf(keys, 'bullmq.queue.name')] != '', keys, []) AS messageKeys
        FROM otel_traces
    ),
    -- what is looked for
    named AS
    (
        WITH
            name -> values[indexOf(keys, name)] AS attribute,
            name -> values[indexOf(messageKeys, name)] AS message,
            name -> resourceValues[indexOf(resourceKeys, name)] AS resource
        SELECT
            TraceId, SpanId, ParentSpanId, SpanName, Timestamp, Duration, StatusMessage, StatusCode, ServiceName,
            cityHash64(ParentSpanId, SpanName, SpanKind, ServiceName, Timestamp, Duration, StatusCode, keys, values) AS contentHash,
            multiIf(endsWith(lower(SpanKind), 'server'), 'server', endsWith(lower(SpanKind), 'client'), 'client', endsWith(lower(SpanKind), 'producer'), 'producer', endsWith(lower(SpanKind), 'consumer'), 'consumer', 'internal') AS kind,
            arrayStringConcat(arrayMap(map -> concat(map['exception.type'], ' ', map['exception.message']), Events.Attributes), ' ') AS exceptionText,
            Links.TraceId AS linkTraceIds,
            Links.SpanId AS linkSpanIds,
            resource('service.name') AS `service.name`, resource('service.instance.id') AS `service.instance.id`, resource('k8s.pod.name') AS `k8s.pod.name`,
            resource('host.name') AS `host.name`, resource('host.id') AS `host.id`, resource('k8s.namespace.name') AS `k8s.namespace.name`,
            resource('container.id') AS `container.id`,
            attribute('db.system.name') AS `db.system.name`, attribute('db.system') AS `db.system`, attribute('rpc.system.name') AS `rpc.system.name`,
            attribute('rpc.system') AS `rpc.system`, attribute('http.request.method') AS `http.request.method`, attribute('http.method') AS `http.method`,
            attribute('url.full') AS `url.full`, attribute('http.url') AS `http.url`, attribute('server.address') AS `server.address`,
            attribute('net.peer.name') AS `net.peer.name`, attribute('network.peer.address') AS `network.peer.address`,
            attribute('net.sock.peer.name') AS `net.sock.peer.name`, attribute('net.sock.peer.addr') AS `net.sock.peer.addr`,
            attribute('net.peer.ip') AS `net.peer.ip`, attribute('server.port') AS `server.port`, attribute('net.peer.port') AS `net.peer.port`,
            attribute('network.peer.port') AS `network.peer.port`, attribute('net.sock.peer.port') AS `net.sock.peer.port`,
            attribute('service.peer.name') AS `service.peer.name`, attribute('peer.service') AS `peer.service`, attribute('db.namespace') AS `db.namespace`,
            attribute('db.name') AS `db.name`, attribute('db.redis.database_index') AS `db.redis.database_index`, attribute('db.query.text') AS `db.query.text`,
            attribute('db.statement') AS `db.statement`, attribute('db.query.summary') AS `db.query.summary`,
            attribute('db.operation.name') AS `db.operation.name`, attribute('db.operation') AS `db.operation`,
            attribute('db.collection.name') AS `db.collection.name`, attribute('db.sql.table') AS `db.sql.table`,
            attribute('db.mongodb.collection') AS `db.mongodb.collection`, attribute('db.cassandra.table') AS `db.cassandra.table`,
            attribute('http.request.resend_count') AS `http.request.resend_count`, attribute('http.resend_count') AS `http.resend_count`,
            attribute('http.route') AS `http.route`, attribute('url.template') AS `url.template`, attribute('url.path') AS `url.path`,
            attribute('http.target') AS `http.target`, attribute('http.response.status_code') AS `http.response.status_code`,
            attribute('http.status_code') AS `http.status_code`, attribute('rpc.service') AS `rpc.service`, attribute('rpc.method') AS `rpc.method`,
            attribute('rpc.grpc.status_code') AS `rpc.grpc.status_code`, attribute('rpc.response.status_code') AS `rpc.response.status_code`,
            attribute('error.type') AS `error.type`, attribute('cache.key') AS `cache.key`, attribute('cache.hit') AS `cache.hit`,
            attribute('spymemcached.result') AS `spymemcached.result`, attribute('db.response.returned_rows') AS `db.response.returned_rows`,
            message('messaging.system') AS `messaging.system`, message('messaging.operation.type') AS `messaging.operation.type`,
            message('messaging.operation') AS `messaging.operation`, message('messaging.destination.template') AS `messaging.destination.template`,
            message('messaging.destination.name') AS `messaging.destination.name`, message('messaging.destination') AS `messaging.destination`,
            message('bullmq.queue.name') AS `bullmq.queue.name`, message('messaging.bullmq.queue.name') AS `messaging.bullmq.queue.name`,
            message('messaging.rabbitmq.destination.routing_key') AS `messaging.rabbitmq.destination.routing_key`,
            message('messaging.rabbitmq.routing_key') AS `messaging.rabbitmq.routing_key`,
            message('messaging.consumer.group.name') AS `messaging.consumer.group.name`,
            message('messaging.kafka.consumer.group') AS `messaging.kafka.consumer.group`,
            message('messaging.kafka.consumer_group') AS `messaging.kafka.consumer_group`,
            message('messaging.destination.subscription.name') AS `messaging.destination.subscription.name`,
            message('messaging.rabbitmq.queue') AS `messaging.rabbitmq.queue`, message('rabbitmq.queue') AS `rabbitmq.queue`,
            message('messaging.destination.partition.id') AS `messaging.destination.partition.id`,
            message('messaging.kafka.destination.partition') AS `messaging.kafka.destination.partition`,
            message('messaging.kafka.partition') AS `messaging.kafka.partition`, message('messaging.kafka.offset') AS `messaging.kafka.offset`,
            message('messaging.kafka.message.offset') AS `messaging.kafka.message.offset`,
            message('messaging.kafka.message.key') AS `messaging.kafka.message.key`, message('messaging.kafka.message_key') AS `messaging.kafka.message_key`,
            message('messaging.gcp_pubsub.message.ordering_key') AS `messaging.gcp_pubsub.message.ordering_key`,
            message('messaging.rocketmq.message.group') AS `messaging.rocketmq.message.group`,
            message('messaging.servicebus.session_id') AS `messaging.servicebus.session_id`, message('messaging.message.id') AS `messaging.message.id`,
            message('messaging.message_id') AS `messaging.message_id`, message('bullmq.job.id') AS `bullmq.job.id`,
            message('messaging.bullmq.job.id') AS `messaging.bullmq.job.id`, message('messaging.message.conversation_id') AS `messaging.message.conversation_id`,
            message('messaging.conversation_id') AS `messaging.conversation_id`, message('messaging.batch.message_count') AS `messaging.batch.message_count`,
            message('messaging.servicebus.message.delivery_count') AS `messaging.servicebus.message.delivery_count`,
            message('messaging.gcp_pubsub.message.delivery_attempt') AS `messaging.gcp_pubsub.message.delivery_attempt`,
            message('messaging.message.delivery_attempt') AS `messaging.message.delivery_attempt`, message('celery.retries') AS `celery.retries`,
            message('bullmq.job.attempts.made') AS `bullmq.job.attempts.made`, message('bullmq.job.attempts_made') AS `bullmq.job.attempts_made`,
            message('messaging.bullmq.job.attempts') AS `messaging.bullmq.job.attempts`,
            message('messaging.rabbitmq.message.redelivered') AS `messaging.rabbitmq.message.redelivered`,
            message('celery.delivery_info') AS `celery.delivery_info`,
            message('messaging.servicebus.message.enqueued_time') AS `messaging.servicebus.message.enqueued_time`,
            message('messaging.eventhubs.message.enqueued_time') AS `messaging.eventhubs.message.enqueued_time`,
            message('messaging.bullmq.job.timestamp') AS `messaging.bullmq.job.timestamp`,
            message('messaging.destination.temporary') AS `messaging.destination.temporary`,
            message('messaging.destination.anonymous') AS `messaging.destination.anonymous`, message('celery.action') AS `celery.action`,
            message('celery.state') AS `celery.state`
        FROM opened
    ),
    -- of the older and the newer name of an attribute the one that is there
    merged AS
    (
        WITH (first, second) -> if(first != '', first, second) AS either
        SELECT
            TraceId, SpanId, ParentSpanId, SpanName, Timestamp, Duration, StatusMessage, StatusCode,
            contentHash,
            kind,
            either(trimBoth(toString(ServiceName)), either(`service.name`, 'unknown_service')) AS service,
            either(`service.instance.id`, either(`k8s.pod.name`, either(`host.name`, `host.id`))) AS instance,
            `k8s.namespace.name` AS podNamespace,
            `container.id` != '' OR `k8s.pod.name` != '' AS inPod,
            `host.name` AS hostName,
            lower(either(`db.system.name`, `db.system`)) AS databaseText,
            lower(`messaging.system`) AS messagingText,
            lower(either(`rpc.system.name`, `rpc.system`)) AS rpcText,
            lower(either(`messaging.operation.type`, `messaging.operation`)) AS messagingVerb,
            upper(either(`http.request.method`, `http.method`)) AS method,
            either(`url.full`, `http.url`) AS url,
            either(`server.address`, either(`net.peer.name`, domain(url))) AS configuredHost,
            either(`network.peer.address`, either(`net.sock.peer.name`, either(`net.sock.peer.addr`, `net.peer.ip`))) AS networkHost,
            either(`server.port`, either(`net.peer.port`, either(`network.peer.port`, `net.sock.peer.port`))) AS portText,
            either(`service.peer.name`, `peer.service`) AS peerName,
            either(`db.namespace`, either(`db.name`, `db.redis.database_index`)) AS namespace,
            either(`db.query.text`, `db.statement`) AS statement,
            `db.query.summary` AS summary,
            either(`db.operation.name`, `db.operation`) AS commandText,
            either(`db.collection.name`, either(`db.sql.table`, either(`db.mongodb.collection`, `db.cassandra.table`))) AS collection,
            either(`messaging.destination.template`, either(`messaging.destination.name`, either(`messaging.destination`, either(`bullmq.queue.name`, either(`messaging.bullmq.queue.name`, either(streamWritten, streamRead)))))) AS plainDestination,
            either(`messaging.rabbitmq.destination.routing_key`, `messaging.rabbitmq.routing_key`) AS routingKey,
            either(`messaging.consumer.group.name`, either(`messaging.kafka.consumer.group`, either(`messaging.kafka.consumer_group`, either(`messaging.destination.subscription.name`, either(`messaging.rabbitmq.queue`, either(`rabbitmq.queue`, extract(streamCommand, '^(?i:xreadgroup +group) +([^\\s?*<]\\S*)'))))))) AS statedSubscription,
            either(`messaging.destination.partition.id`, either(`messaging.kafka.destination.partition`, `messaging.kafka.partition`)) AS partitionId,
            either(`messaging.kafka.offset`, `messaging.kafka.message.offset`) AS logOffset,
            either(`messaging.kafka.message.key`, either(`messaging.kafka.message_key`, either(`messaging.gcp_pubsub.message.ordering_key`, either(`messaging.rocketmq.message.group`, `messaging.servicebus.session_id`)))) AS orderKey,
            either(`messaging.message.id`, either(`messaging.message_id`, either(`bullmq.job.id`, `messaging.bullmq.job.id`))) AS statedMessageId,
            either(`messaging.message.conversation_id`, `messaging.conversation_id`) AS conversationId,
            `messaging.batch.message_count` AS batchCount,
            -- some count deliveries from one, some the attempts before this one
            either(`messaging.servicebus.message.delivery_count`, either(`messaging.gcp_pubsub.message.delivery_attempt`, `messaging.message.delivery_attempt`)) AS deliveryCount,
            either(`celery.retries`, either(`bullmq.job.attempts.made`, either(`bullmq.job.attempts_made`, `messaging.bullmq.job.attempts`))) AS earlierAttempts,
            either(`messaging.rabbitmq.message.redelivered`, if(position(`celery.delivery_info`, '''redelivered'': True') > 0, 'true', '')) AS redelivered,
            either(`messaging.servicebus.message.enqueued_time`, either(`messaging.eventhubs.message.enqueued_time`, `messaging.bullmq.job.timestamp`)) AS enqueuedText,
            either(`messaging.destination.temporary`, `messaging.destination.anonymous`) AS temporaryText,
            `celery.action` != '' AS isCelery,
            `celery.state` AS celeryState,
            `bullmq.queue.name` != '' OR `messaging.bullmq.queue.name` != '' AS isBullmq,
            either(`http.request.resend_count`, `http.resend_count`) AS resendCount,
            either(`http.route`, `url.template`) AS route,
            either(`url.path`, `http.target`) AS target,
            either(`http.response.status_code`, `http.status_code`) AS statusText,
            `rpc.service` AS rpcService,
            `rpc.method` AS rpcMethod,
            either(`rpc.grpc.status_code`, `rpc.response.status_code`) AS rpcStatus,
            `error.type` AS errorType,
            exceptionText,
            linkTraceIds,
            linkSpanIds,
            -- a stream is a queue, although its commands are traced as a database's: XADD publishes, XREAD and XREADGROUP receive
            -- several commands in one span stay commands of a store
            if(databaseText IN ('redis', 'valkey') AND position(statement, '\n') = 0 AND (startsWith(statement, 'XADD ') OR startsWith(statement, 'xadd ') OR startsWith(statement, 'XREAD') OR startsWith(statement, 'xread')), statement, '') AS streamCommand,
            extract(streamCommand, '^(?i:xadd) +([^\\s?*<]\\S*)') AS streamWritten,
            extract(streamCommand, '^(?i:xread(?:group)? .*\\bstreams) +([^\\s?*<]\\S*)') AS streamRead,
            `cache.key` AS cacheKey,
            lower(either(`cache.hit`, `spymemcached.result`)) AS cacheHit,
            `db.response.returned_rows` AS returnedRows
        FROM named
    ),
    -- what systems call the same in different words
    systems AS
    (
        SELECT
            *,
            transform(databaseText,
                ['mssql', 'dynamodb', 'cosmosdb', 'postgres', 'mongo', 'redshift', 'spanner', 'oracle', 'db2', 'elastic'],
                ['microsoft.sql_server', 'aws.dynamodb', 'azure.cosmosdb', 'postgresql', 'mongodb', 'aws.redshift', 'gcp.spanner', 'oracle.db', 'ibm.db2', 'elasticsearch'],
                databaseText) AS database,
            transform(multiIf(messagingText != '', messagingText, isCelery, 'celery', isBullmq, 'bullmq', streamWritten != '' OR streamRead != '', 'redis_streams', ''),
                ['amazonsqs', 'aws.sqs', 'rabbit', 'amazonsns', 'jetstream', 'google_pubsub', 'azure_servicebus'], ['aws_sqs', 'aws_sqs', 'rabbitmq', 'aws_sns', 'nats', 'gcp_pubsub', 'servicebus']) AS messaging,
            rpcText AS rpc,
            -- "host:port" in one attribute, and a trailing dot, are the same host
            trimRight(replaceRegexpOne(lower(if(configuredHost != '', configuredHost, networkHost)), '^([^:]+):[0-9]+$', '\\1'), '.') AS rawHost,
            toInt64OrZero(enqueuedText) AS enqueued,
            if(target != '', target, path(url)) AS requestPath,
            toUInt16OrZero(statusText) AS httpStatus,
            database IN ('redis', 'valkey', 'memcached') AS isKeyValue,
            multiIf(
                messagingVerb IN ('send', 'publish', 'create'), 'send',
                messagingVerb IN ('process', 'deliver'), 'process',
                messagingVerb IN ('receive', 'poll', 'pull', 'consume'), 'receive',
                messagingVerb IN ('settle', 'ack', 'nack', 'commit'), 'settle',
                messagingVerb != '', messagingVerb,
                streamWritten != '', 'send',
                streamRead != '', 'receive',
                messaging = '' AND kind NOT IN ('producer', 'consumer'), '',
                kind = 'producer', 'send',
                kind = 'consumer', 'process',
                '') AS messagingOperation,
            multiIf(
                match(rawHost, '^[^.]+\\.[^.]+\\.svc(\\.|$)'), extract(rawHost, '^([^.]+\\.[^.]+)\\.svc'),
                rawHost IN ('localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0'),
                    multiIf(inPod, concat('localhost@', service), hostName != '', concat('localhost@', lower(hostName)), 'localhost'),
                podNamespace != '' AND rawHost != '' AND position(rawHost, '.') = 0 AND position(rawHost, ':') = 0, concat(rawHost, '.', lower(podNamespace)),
                rawHost) AS ownHost
        FROM merged
    ),
    roles AS
    (
        SELECT
            *,
            multiIf(
                kind IN ('server', 'consumer', 'producer'), kind,
                streamWritten != '', 'producer',
                streamRead != '', 'consumer',
                database != '', 'query',
                messaging != '' AND messagingOperation = 'send', 'producer',
                messaging != '' AND messagingOperation IN ('receive', 'process'), 'consumer',
                messaging != '', 'internal',
                kind) AS role,
            -- exchange:routing-key:queue is how RabbitMQ's consumers are told to write it; older ones have the queue in the name of the span
            role = 'consumer' AND messaging = 'rabbitmq' AND length(splitByChar(':', plainDestination)) = 3 AS namesQueue,
            role IN ('client', 'query', 'producer', 'consumer') AS outward,
            multiIf(role = 'query', 'db', role IN ('producer', 'consumer'), 'messaging', rpc != '', 'rpc', method != '' OR url != '', 'http', 'other') AS protocol
        FROM systems
    ),
    destinations AS
    (
        WITH (first, second) -> if(first != '', first, second) AS either
        SELECT
            *,
            if(namesQueue, arrayStringConcat(arraySlice(splitByChar(':', plainDestination), 1, 2), ':'), plainDestination) AS plainName,
            multiIf(
                messaging = '' AND role NOT IN ('producer', 'consumer'), '',
                plainName IN ('', '<default>', '(default)', 'amq.default'), routingKey,
                routingKey != '' AND routingKey != plainName AND position(plainName, ':') = 0, concat(plainName, ':', routingKey),
                plainName) AS longDestination,
            multiIf(
                role != 'consumer', '',
                statedSubscription != '', statedSubscription,
                messaging != 'rabbitmq', '',
                namesQueue, splitByChar(':', plainDestination)[3],
                either(extract(SpanName, '^(\\S+) (?:process|receive|deliver|consume)$'), extract(SpanName, '^(?:process|receive|deliver|consume) (\\S+)$'))) AS longSubscription
        FROM roles
    ),
    meant AS
    (
        WITH
            (first, second) -> if(first != '', first, second) AS either,
            segment -> multiIf(
                match(segment, '^([0-9]+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|[0-9a-fA-F]*[0-9][0-9a-fA-F]{7,})$'), '{id}',
                length(segment) > 40 OR position(segment, '@') > 0 OR position(segment, '%40') > 0, '{id}',
                replaceRegexpAll(segment, '[0-9]{3,}', '{id}')) AS templateOf
        SELECT
            *,
            -- a charter may know a host by another name; position 0 of an array is the blank
            either({aliases:Array(String)}[indexOf({aliased:Array(String)}, rawHost)], either({aliases:Array(String)}[indexOf({aliased:Array(String)}, ownHost)], ownHost)) AS host,
            toUInt16OrZero(either(portText, extract(configuredHost, '^[^:]+:([0-9]+)$'))) AS statedPort,
            port(url) AS urlPort,
            either(statement, summary) AS anyStatement,
            upper(either(commandText, either(extract(trimLeft(statement), '^[A-Za-z_]+'), extract(SpanName, '^([A-Za-z]+)(?: |$)')))) AS command,
            if(longSubscription IN (plainDestination, plainName), '', replaceRegexpAll(longSubscription, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|amq\\.gen-[A-Za-z0-9_-]+|[0-9a-f]{16,}|[0-9]{3,}', '{id}')) AS subscription,
            either(statedMessageId, if(logOffset = '', '', concat(partitionId, '@', logOffset))) AS messageId,
            multiIf(toUInt16OrZero(deliveryCount) > 0, toUInt16OrZero(deliveryCount), earlierAttempts != '', toUInt16(toUInt16OrZero(earlierAttempts) + 1), lower(redelivered) = 'true', 2, 0) AS attempt,
            multiIf(enqueued < 100000000000, enqueued * 1000000000, enqueued < 100000000000000, enqueued * 1000000, enqueued < 100000000000000000, enqueued * 1000, enqueued) AS enqueuedNs,
            lower(temporaryText) = 'true' OR match(destinationName, '^(\\{id\\}|_INBOX\\.\\{id\\})$') AS temporary,
            -- anonymous reply queues and ids in routing keys are one destination
            replaceRegexpAll(longDestination, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|amq\\.gen-[A-Za-z0-9_-]+|amq\\.rabbitmq\\.reply-to\\S*|[0-9a-f]{16,}|[0-9]{3,}', '{id}') AS stableDestination,
            replaceRegexpOne(stableDestination, '^_INBOX\\..+', '_INBOX.{id}') AS destinationName,
            either(pathFull(url), target) AS fullTarget,
            either(route, if(requestPath = '', '', arrayStringConcat(arrayMap(part -> templateOf(part), splitByChar('/', cutQueryString(requestPath))), '/'))) AS httpPath,
            multiIf(rpcService = '' OR position(rpcMethod, '/') > 0, rpcMethod, concat(rpcService, '/', rpcMethod)) AS rpcOperation,
            lower(StatusCode) IN ('error', 'status_code_error') OR errorType != '' OR httpStatus >= 500 OR (rpcText = 'grpc' AND rpcStatus NOT IN ('', '0', 'OK')) OR celeryState IN ('RETRY', 'FAILURE') AS failed
        FROM destinations
    )
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
    protocol AS Protocol,
    multiIf(
        protocol = 'messaging' AND destinationName != '', concat(either(messagingOperation, role), ' ', destinationName),
        protocol = 'rpc' AND rpcOperation != '', rpcOperation,
        protocol = 'http' AND method != '' AND httpPath != '', concat(method, ' ', httpPath),
        protocol = 'http' AND httpPath NOT IN ('', '/'), httpPath,
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
    multiIf(role = 'query', database, protocol = 'messaging', messaging, '') AS System,
    if(role = 'query', either(namespace, if(isKeyValue, '0', '')), '') AS Namespace,
    if(role != 'query' OR anyStatement = '', 0, if(isKeyValue, cityHash64(command), normalizedQueryHash(anyStatement))) AS StatementHash,
    if(role != 'query', '', left(anyStatement, 20000)) AS Statement,
    role = 'query' AND NOT isKeyValue AND position(statement, '?') > 0 AND NOT match(statement, '''[^'']*[^''?][^'']*''|[=<>(, ][0-9]+') AS Sanitised,
    if(role = 'query', command, '') AS Command,
    if(role = 'query', collection, '') AS Collection,
    if(protocol = 'messaging', destinationName, '') AS DestinationName,
    if(protocol = 'messaging', messagingOperation, '') AS MessagingOperation,
    messageId AS MessageId,
    conversationId AS ConversationId,
    subscription AS Subscription,
    if(protocol = 'messaging', multiIf(orderKey != '', concat('key ', orderKey), partitionId != '', concat('partition ', partitionId), ''), '') AS Lane,
    attempt AS Attempt,
    enqueuedNs AS EnqueuedNs,
    temporary AS Temporary,
    toUInt32OrZero(batchCount) AS BatchCount,
    linkTraceIds AS LinkTraceIds,
    linkSpanIds AS LinkSpanIds,
    if(isKeyValue, cacheKey, '') AS CacheKey,
    -- an answer of no rows is a miss, where the instrumentation counts them
    multiIf(NOT isKeyValue, -1, cacheHit IN ('true', 'hit', '1'), 1, cacheHit IN ('false', 'miss', '0'), 0, returnedRows = '', -1, returnedRows = '0', 0, 1) AS StatedHit,
    failed AND role IN ('server', 'consumer', 'internal') AND match(concat(StatusMessage, ' ', exceptionText),
        'enableOfflineQueue|max retries per request|RedisConnection|RedisTimeout|RedisCommandTimeout|RedisException|JedisConnection|JedisException|redis\\.exceptions|ReplyError|LOADING Redis|MISCONF Redis|OOM command not allowed|READONLY You can.t write|NOAUTH|redis: connection pool|dial tcp [^ ]*:6379|Memcached|memcache: ') AS CacheFailed
FROM meant
