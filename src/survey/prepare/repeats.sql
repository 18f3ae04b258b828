-- Processings of messages that one subscription processed more than once, with what each changed, for the messages with the lowest hash.
-- What a processing did is all that lies under its span, at most six levels down, in whatever service.
WITH
    copies AS
    (
        SELECT cityHash64(MessageHash, Subscription) AS CopyHash FROM deliveries WHERE Step = 'process' GROUP BY CopyHash HAVING count() > 1
    ),
    (SELECT groupArray(CopyHash) FROM (SELECT CopyHash FROM copies ORDER BY CopyHash LIMIT {most:UInt32})) AS sampled,
    looked AS
    (
        SELECT ConsumerTraceId, ConsumerKey FROM deliveries WHERE Step = 'process' AND cityHash64(MessageHash, Subscription) IN (SELECT arrayJoin(sampled))
    )
SELECT
    run.Destination AS Destination, run.Subscription AS Subscription, run.Consumer AS Consumer, run.ConsumerInstance AS ConsumerInstance,
    run.MessageHash AS MessageHash, run.MessageId AS MessageId, run.Lane AS Lane, run.ProducerKey AS ProducerKey, run.ProducerTraceId AS ProducerTraceId,
    run.ProducerSpanId AS ProducerSpanId, run.PublishedNs AS PublishedNs, run.ConsumerTraceId AS ConsumerTraceId, run.ConsumerSpanId AS ConsumerSpanId,
    run.ConsumedNs AS ConsumedNs, run.DurationNs AS DurationNs, run.Error AS Error, run.Attempt AS Attempt,
    done.Writes AS Writes,
    done.Guarded AS Guarded,
    cityHash64(run.MessageHash, run.Subscription) IN (SELECT arrayJoin(sampled)) AS Sampled
FROM
(
    SELECT Destination, Subscription, Consumer, ConsumerInstance, MessageHash, MessageId, Lane, ProducerKey, ProducerTraceId, ProducerSpanId, PublishedNs,
        ConsumerTraceId, ConsumerSpanId, ConsumerKey, ConsumedNs, DurationNs, Error, Attempt
    FROM deliveries
    WHERE Step = 'process' AND cityHash64(MessageHash, Subscription) IN (SELECT CopyHash FROM copies)
) AS run
LEFT ANY JOIN
(
    SELECT
        RunKey,
        arraySort(groupUniqArrayIf(What, Changes)) AS Writes,
        arraySort(groupUniqArrayIf(What, Changes AND (Safe OR (IsInsert AND has(ReadTables, Table))))) AS Guarded
    FROM
    (
        SELECT RunKey, What, Changes, Safe, IsInsert, Table, groupUniqArrayArray(Read) OVER (PARTITION BY RunKey) AS ReadTables
        FROM
        (
            SELECT Deed.1 AS What, Deed.2 AS Changes, Deed.3 AS Safe, Deed.4 AS IsInsert, Deed.5 AS Table, Deed.6 AS Read,
                arrayFold((key, level) -> if(key IN (0) OR has(Runs, key), key, Parents[indexOf(Keys, key)]), range(6), Deed.7) AS RunKey,
                Runs
            FROM
            (
                SELECT
                    groupArray(SpanKey) AS Keys,
                    groupArray(ParentKey) AS Parents,
                    groupArrayIf(SpanKey, SpanKey IN (SELECT ConsumerKey FROM looked)) AS Runs,
                    groupArrayIf((
                        multiIf(Role = 'query', concat(Command, ' ', if(empty(TablesWritten), Store, TablesWritten[1])), Role = 'client', concat(Peer, ' ', Operation), concat('publish ', DestinationName)),
                        Error = 0 AND (Role IN ('client', 'producer') OR Inserts),
                        match(span.Text, '(?i)ON\\s+CONFLICT|ON\\s+DUPLICATE|INSERT\\s+(OR\\s+)?IGNORE|IF\\s+NOT\\s+EXISTS|WHERE\\s+NOT\\s+EXISTS'),
                        Inserts,
                        toString(TablesWritten[1]),
                        arrayMap(name -> toString(name), TablesRead),
                        ParentKey), Looks) AS Deeds
                FROM
                (
                    SELECT spans.TraceId AS TraceId, SpanKey, ParentKey, Role, Command, TablesWritten, TablesRead, Store, Peer, Operation, DestinationName, Error, statement.Text AS Text,
                        Role = 'query' AND Command IN ('INSERT', 'INSERTONE', 'INSERTMANY', 'INCR', 'INCRBY', 'DECR', 'DECRBY', 'HINCRBY', 'LPUSH', 'RPUSH', 'XADD') AS Inserts,
                        (Role = 'query' AND (Inserts OR notEmpty(TablesRead))) OR (Role = 'client' AND Protocol = 'http' AND startsWith(Operation, 'POST ')) OR Role = 'producer' AS Looks
                    FROM spans
                    LEFT ANY JOIN statements AS statement ON spans.StatementHash = statement.StatementHash AND spans.System = statement.System
                    WHERE spans.TraceId IN (SELECT ConsumerTraceId FROM looked)
                ) AS span
                GROUP BY TraceId
            )
            ARRAY JOIN Deeds AS Deed
        )
        WHERE has(Runs, RunKey)
    )
    GROUP BY RunKey
) AS done ON run.ConsumerKey = done.RunKey
