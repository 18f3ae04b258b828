-- How much a store was asked and how it kept up: a row for each store behind a cache. Ten seconds are a window; it kept up where the median time
-- of a window is at most twice that of all.
-- over: spans.cache
-- over: spans.query
--
-- store: system://host:port/namespace
-- queries: queries in all
-- meanPerSecond: queries a second from the first to the last
-- peakPerSecond: most queries a second in a window in which it kept up
-- p50Ms: median time of a query, ms
-- windows: windows with queries
SELECT
    Store AS store,
    sum(n) AS queries,
    queries / greatest(1, (max(LastNs) - min(FirstNs)) / 1e9) AS meanPerSecond,
    maxIf(n, WindowNs <= 2 * AllNs) / 10 AS peakPerSecond,
    max(AllNs) / 1e6 AS p50Ms,
    count() AS windows
FROM
(
    SELECT Store, intDiv(StartNs, 10000000000) AS Window, count() AS n, min(StartNs) AS FirstNs, max(StartNs) AS LastNs, quantileExact(0.5)(DurationNs) AS WindowNs
    FROM spans
    WHERE Role = 'query' AND System NOT IN ('redis', 'valkey', 'memcached')
    GROUP BY Store, Window
) AS window
INNER JOIN
(
    SELECT Store AS AllStore, quantileExact(0.5)(DurationNs) AS AllNs FROM spans WHERE Role = 'query' AND System NOT IN ('redis', 'valkey', 'memcached') GROUP BY Store
) AS whole ON window.Store = whole.AllStore
GROUP BY store
ORDER BY store
