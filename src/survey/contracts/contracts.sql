-- What contracts promise: each operation and each message once, whichever documents say it.
-- over: contracts
--
-- kind: asyncapi, openapi or proto
-- service: what the contract calls itself; empty when it does not
-- direction: send or receive a message, or serve a call
-- channel: address of the channel, GET /orders/{id}, or shop.Stock/Reserve
-- host: host of the server; empty when unstated
-- sources: up to five documents that say it
SELECT
    Kind AS kind,
    Service AS service,
    Direction AS direction,
    Channel AS channel,
    Host AS host,
    arraySlice(arraySort(groupUniqArray(toString(Source))), 1, 5) AS sources
FROM contracts
GROUP BY Kind, Service, Direction, Channel, Host
ORDER BY kind, service, direction, channel, host
