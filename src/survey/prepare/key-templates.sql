-- Templates of keys with how many keys each has, the most touched first.
SELECT Template AS template, uniqExact(KeyHash) AS keys, count() AS touches
FROM touches
WHERE Key != ''
GROUP BY Template
ORDER BY touches DESC, template
LIMIT {most:UInt32}
