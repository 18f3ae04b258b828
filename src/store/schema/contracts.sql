-- What contracts promise (AsyncAPI, OpenAPI, proto): one row an operation.
CREATE TABLE IF NOT EXISTS contracts
(
    Source LowCardinality(String) COMMENT 'Evidence that the row is from',
    Kind LowCardinality(String) COMMENT 'asyncapi, openapi or proto',
    Service LowCardinality(String) COMMENT 'Service that the contract is about, as it names it; empty when it does not',
    Direction LowCardinality(String) COMMENT 'send or receive a message, or serve a call',
    Channel String COMMENT 'Address of the channel, path of the call (GET /orders/{id}) or rpc method (shop.Stock/Reserve)',
    Message String COMMENT 'Name of the message; empty when unstated',
    System LowCardinality(String) COMMENT 'Protocol of the server (kafka, amqp, nats, http, grpc …); empty when unstated',
    Host LowCardinality(String) COMMENT 'Host of the server; empty when unstated'
)
ENGINE = MergeTree
ORDER BY (Kind, Service, Channel, Direction)
