-- {spans} spans as rows of otel_traces, made in the engine: requests of ten spans, eight hundred a second, on twelve like parts of a shop with
-- five services each. Each part has a gateway that calls orders, which asks its database, a cache and stock, and publishes to a mailer.
WITH
    intDiv(number, 10) AS trace,
    number % 10 AS position,
    cityHash64('trace', trace) AS luck,
    toString(luck % 12) AS part,
    lower(hex(MD5(concat('trace', toString(trace))))) AS traceId,
    place -> lower(hex(cityHash64('span', trace, place))) AS idOf,
    -- start and length in µs from the start of the request; what waits is longer than what it waits for
    [0, 400, 700, 1100, 3400, 5200, 5500, 5900, 7100, 9000] AS begins,
    [9000, 8400, 7900, 2000, 1500, 1700, 1200, 600, 300, 4000] AS lasts,
    [0, 1, 2, 3, 3, 3, 6, 7, 3, 9] AS parents,
    1 + (luck % 97) / 50 AS slow,
    toUInt64(luck % 211 = 0) AS fails
SELECT
    fromUnixTimestamp64Nano(toInt64(1771200000000000000 + trace * 1250000 + toInt64(begins[position + 1] * slow) * 1000), 'UTC') AS Timestamp,
    traceId AS TraceId,
    idOf(position + 1) AS SpanId,
    if(position = 0, '', idOf(parents[position + 1])) AS ParentSpanId,
    ['POST /orders', 'POST', 'POST /orders', 'SELECT orders', 'INSERT orders', 'GET', 'GET /shelves/{id}', 'GET', 'send orders.placed', 'process orders.placed'][position + 1] AS SpanName,
    ['Server', 'Client', 'Server', 'Client', 'Client', 'Client', 'Server', 'Client', 'Producer', 'Consumer'][position + 1] AS SpanKind,
    concat(['gateway', 'gateway', 'orders', 'orders', 'orders', 'orders', 'stock', 'stock', 'orders', 'mailer'][position + 1], '-', part) AS ServiceName,
    map('service.name', ServiceName, 'service.instance.id', concat(ServiceName, '-', toString(intDiv(luck, 12) % 3)), 'telemetry.sdk.language', 'java', 'host.name', concat('node-', toString(luck % 40))) AS ResourceAttributes,
    multiIf(
        position IN (0, 2), map('http.request.method', 'POST', 'url.path', '/orders', 'http.route', '/orders', 'http.response.status_code', if(fails AND position = 0, '502', '200')),
        position = 1, map('http.request.method', 'POST', 'url.full', concat('http://orders-', part, ':8080/orders'), 'server.address', concat('orders-', part), 'server.port', '8080', 'http.response.status_code', '200'),
        position = 3, map('db.system.name', 'postgresql', 'db.namespace', concat('orders', part), 'server.address', concat('pg-', part), 'server.port', '5432', 'db.query.text', concat('SELECT id, state FROM orders WHERE reader_id = ', toString(luck % 100000))),
        position = 4, map('db.system.name', 'postgresql', 'db.namespace', concat('orders', part), 'server.address', concat('pg-', part), 'server.port', '5432', 'db.query.text', concat('INSERT INTO orders (id, reader_id) VALUES (', toString(trace), ', ', toString(luck % 100000), ')')),
        position = 5, map('http.request.method', 'GET', 'url.full', concat('http://stock-', part, ':8080/shelves/', toString(luck % 9000)), 'server.address', concat('stock-', part), 'server.port', '8080', 'http.response.status_code', '200'),
        position = 6, map('http.request.method', 'GET', 'url.path', concat('/shelves/', toString(luck % 9000)), 'http.route', '/shelves/{id}', 'http.response.status_code', '200'),
        position = 7, map('db.system.name', 'redis', 'server.address', concat('cache-', part), 'server.port', '6379', 'db.operation.name', 'GET', 'db.query.text', concat('GET shelf:', toString(luck % 9000))),
        map('messaging.system', 'rabbitmq', 'messaging.destination.name', 'orders.placed', 'server.address', concat('broker-', part), 'server.port', '5672', 'messaging.operation.type', if(position = 8, 'send', 'process'), 'messaging.message.id', hex(luck))) AS SpanAttributes,
    toUInt64(lasts[position + 1] * slow * 1000) AS Duration,
    if(fails AND position = 0, 'Error', 'Unset') AS StatusCode,
    if(position = 9, [idOf(9)], CAST([] AS Array(String))) AS `Links.SpanId`,
    if(position = 9, [traceId], CAST([] AS Array(String))) AS `Links.TraceId`,
    if(position = 9, [''], CAST([] AS Array(String))) AS `Links.TraceState`,
    if(position = 9, [CAST(map() AS Map(String, String))], CAST([] AS Array(Map(String, String)))) AS `Links.Attributes`
FROM numbers({first}, {spans})
