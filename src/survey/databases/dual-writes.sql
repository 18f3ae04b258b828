-- Requests in which one service changes a database and publishes a message: a row per service, entry operation, store and destination.
-- An entry is the innermost SERVER or CONSUMER span of the service that is open when it writes or publishes; without one, the root of the trace stands for it.
-- Of a service's part in one trace the first hundred entries, writes, reads and publishes count.
-- A relay reads a table, publishes, and only then changes what it read: that is the second half of an outbox and is counted apart.
-- over: spans.producer
-- over: spans.query
--
-- service: service that does both
-- operation: operation of the entry
-- store: system://host:port/namespace, or system://(service)/namespace when the address is missing
-- destination: system://host/name
-- entries: requests of this operation in all
-- both: requests that write the store and publish to the destination
-- relays: requests that publish what they read from the store and then change it
-- tables: tables changed in the requests counted as both, sorted
-- relayTables: tables that the relays read before they publish, sorted
-- traceIds: up to ten traces of the requests counted as both
-- spanIds: the writes and publishes in the first of traceIds, up to thirty
SELECT
    done.Service AS service,
    done.Operation AS operation,
    done.Store AS store,
    done.Destination AS destination,
    greatest(total.Entries, done.Requests) AS entries,
    done.Both AS both,
    done.Relays AS relays,
    done.Tables AS tables,
    done.RelayTables AS relayTables,
    done.TraceIds AS traceIds,
    done.SpanIds AS spanIds
FROM
(
    SELECT
        Service, Operation, Store, Destination,
        count() AS Requests,
        countIf(Relay = 0) AS Both,
        countIf(Relay = 1) AS Relays,
        arraySort(groupUniqArrayArrayIf(Written, Relay = 0)) AS Tables,
        arraySort(groupUniqArrayArrayIf(ReadBefore, Relay = 1)) AS RelayTables,
        arrayDistinct(groupArraySortedIf(10)(TraceId, Relay = 0)) AS TraceIds,
        argMinIf(SpanIds, TraceId, Relay = 0) AS SpanIds
    FROM
    (
        SELECT
            TraceId, Service, Operation, Store, Destination,
            min(PublishedNs) AS FirstPublishNs,
            arrayDistinct(arrayFlatten(groupArray(arrayFlatten(arrayMap(write -> write.3, Writes))))) AS Written,
            arrayDistinct(arrayFlatten(arrayMap(read -> read.3, arrayFilter(read -> read.1 < FirstPublishNs AND read.2 = Store, min(Reads))))) AS ReadBefore,
            max(arrayExists(write -> write.1 < PublishedNs, Writes)) AS WritesFirst,
            WritesFirst = 0 AND notEmpty(ReadBefore) AND hasAll(ReadBefore, Written) AS Relay,
            arraySlice(arraySort(groupUniqArrayArray(arrayPushBack(arrayMap(write -> write.4, Writes), PublishSpanId))), 1, 30) AS SpanIds
        FROM
        (
            SELECT
                TraceId, Service, combined.1 AS Store, Reads,
                combined.2.1 AS PublishedNs, combined.2.2 AS Destination, combined.2.3 AS PublishSpanId,
                -- the innermost open entry: the one that started last
                arrayReverseSort(entry -> entry.1, arrayFilter(entry -> entry.1 <= PublishedNs AND entry.2 >= PublishedNs, Entries))[1] AS Entry,
                if(Entry.3 = '', Fallback, Entry.3) AS Operation,
                arrayFilter(write -> write.2 = Store AND arrayReverseSort(entry -> entry.1, arrayFilter(entry -> entry.1 <= write.1 AND entry.2 >= write.1, Entries))[1].4 = Entry.4, AllWrites) AS Writes
            FROM
            (
                SELECT
                    TraceId, Service,
                    arraySlice(arraySort(groupArrayIf((StartNs, EndNs, toString(Operation), SpanId), Role IN ('server', 'consumer'))), 1, 100) AS Entries,
                    arraySlice(arraySort(groupArrayIf((StartNs, toString(Store), arrayMap(name -> toString(name), TablesWritten), SpanId), Role = 'query' AND Access = 'write' AND Error = 0 AND System NOT IN ('redis', 'valkey', 'memcached'))), 1, 100) AS AllWrites,
                    arraySlice(arraySort(groupArrayIf((StartNs, toString(Store), arrayMap(name -> toString(name), TablesRead)), Role = 'query' AND notEmpty(TablesRead))), 1, 100) AS Reads,
                    arraySlice(arraySort(groupArrayIf((StartNs, toString(Destination), SpanId), Role = 'producer' AND Destination != '' AND Error = 0)), 1, 100) AS Publishes,
                    min(if(HasParent = 0, toString(Operation), '')) AS RootOperation,
                    argMin(toString(Operation), (StartNs, SpanId)) AS FirstOperation,
                    if(RootOperation = '', FirstOperation, RootOperation) AS Fallback
                FROM spans
                WHERE (Role IN ('server', 'consumer', 'query', 'producer') OR HasParent = 0) AND (TraceId, Service) IN
                (
                    -- most services do only one of the two, and their spans need not be gathered
                    SELECT TraceId, Service FROM spans
                    WHERE Error = 0 AND ((Role = 'producer' AND Destination != '') OR (Role = 'query' AND Access = 'write' AND System NOT IN ('redis', 'valkey', 'memcached')))
                    GROUP BY TraceId, Service
                    HAVING countIf(Role = 'producer') > 0 AND countIf(Role = 'query') > 0
                )
                GROUP BY TraceId, Service
                HAVING notEmpty(Publishes) AND notEmpty(AllWrites)
            )
            ARRAY JOIN arrayFlatten(arrayMap(name -> arrayMap(one -> (name, one), Publishes), arrayDistinct(AllWrites.2))) AS combined
        )
        WHERE notEmpty(Writes)
        GROUP BY TraceId, Service, Operation, Store, Destination
    )
    GROUP BY Service, Operation, Store, Destination
) AS done
LEFT ANY JOIN
(
    SELECT Service AS EntryService, Operation AS EntryOperation, count() AS Entries FROM spans WHERE Role IN ('server', 'consumer') GROUP BY Service, Operation
) AS total ON done.Service = total.EntryService AND done.Operation = total.EntryOperation
ORDER BY service, operation, store, destination
