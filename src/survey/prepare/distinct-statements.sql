-- Each distinct statement with the shortest text it was seen with (long texts are the truncated ones' hiding place).
SELECT
    toString(StatementHash) AS statementHash,
    System AS system,
    argMin(Statement, (length(Statement), Statement)) AS shortest,
    left(normalizeQuery(shortest), 2000) AS text,
    count() AS spans
FROM normalised
WHERE StatementHash != 0 AND System NOT IN ('redis', 'valkey', 'memcached')
GROUP BY StatementHash, System
ORDER BY spans DESC, StatementHash, system
LIMIT {most:UInt32}
