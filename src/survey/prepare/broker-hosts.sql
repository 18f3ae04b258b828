-- Over all buckets: destinations whose host is known, and is the same for all who know it.
SELECT System, DestinationName, min(Host) AS OnlyHost
FROM normalised
WHERE DestinationName != '' AND Host != '' AND Role IN ('producer', 'consumer')
GROUP BY System, DestinationName
HAVING uniqExact(Host) = 1
