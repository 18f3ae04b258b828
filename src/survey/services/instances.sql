-- In how many instances a service runs: a row per service of which a span names its instance. An instance that takes the place of another is not a second one.
--
-- service: service that runs
-- instances: distinct instances seen (service.instance.id, else pod, else host)
-- atOnce: most of them whose time from first to last span overlaps
-- entries: SERVER and CONSUMER spans that name an instance
SELECT Service AS service, count() AS instances, maxIntersections(FirstNs, greatest(LastNs, FirstNs + 1)) AS atOnce, sum(Entries) AS entries
FROM
(
    SELECT Service, Instance, min(StartNs) AS FirstNs, max(EndNs) AS LastNs, countIf(Role IN ('server', 'consumer')) AS Entries
    FROM spans
    WHERE Instance != ''
    GROUP BY Service, Instance
)
GROUP BY Service
ORDER BY service
