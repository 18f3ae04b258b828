-- Which store of the traces a captured database is: at least half of a sample of the store's keys occur in it, and more than in any other.
WITH
    asked AS
    (
        SELECT Cache AS Store, KeyHash, Key FROM touches WHERE Key != '' AND Origin = 'trace'
        ORDER BY Store, cityHash64(Key), Key LIMIT 1 BY Store, Key
    ),
    sample AS (SELECT Store, Key FROM asked ORDER BY Store, cityHash64(Key), Key LIMIT 2000 BY Store),
    found AS
    (
        SELECT Store, captured, uniqExact(Key) AS keys
        FROM sample
        INNER JOIN
        (
            SELECT DISTINCT Cache, Database, concat(Cache, '/', Database) AS captured, Key FROM cache_commands WHERE Key IN (SELECT Key FROM sample)
        ) AS seen USING (Key)
        GROUP BY Store, captured
    )
SELECT found.Store AS store, found.captured AS captured
FROM found
INNER JOIN (SELECT Store, count() AS keys FROM sample GROUP BY Store) AS whole ON found.Store = whole.Store
WHERE found.keys * 2 >= whole.keys
ORDER BY found.keys / whole.keys DESC, found.keys DESC, store, captured
