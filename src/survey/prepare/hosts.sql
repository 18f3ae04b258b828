-- For one bucket: calls whose client and server spans were both seen, by the host that the client named.
SELECT client.Host AS Host, client.Port AS Port, server.Service AS Service, count() AS Calls
FROM
(
    SELECT SpanKey, Host, Port FROM normalised
    WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'client' AND Host != ''
) AS client
INNER JOIN
(
    SELECT DISTINCT ParentKey, Service FROM normalised
    WHERE cityHash64(TraceId) % 64 BETWEEN {first:UInt8} AND {last:UInt8} AND Role = 'server' AND ParentKey != 0
) AS server ON client.SpanKey = server.ParentKey
GROUP BY Host, Port, Service
