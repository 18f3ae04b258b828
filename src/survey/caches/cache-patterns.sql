-- What a cache holds and how it is used: a row for each cache and pattern of keys. Where a capture of a cache exists, its commands are counted
-- and traces give services, times and tables; else the traces are counted. Keys that the evidence hides are a row with an empty pattern.
-- over: accesses
--
-- cache: system://host:port/namespace; system:///database for a capture that no store of the traces fits
-- pattern: key with its variable parts replaced; empty for hidden keys
-- origin: capture or trace: what the counts are of
-- cached: 1 when it behaves as a cache: a read was answered from elsewhere and then written, or it is written with a time to live, or it is memcached
-- variable: 1 when the pattern has a variable part, so that it stands for many keys
-- windowSeconds: from the first to the last command on this cache, s
-- commands: commands on the pattern
-- cacheCommands: all commands on the cache that name a key or hide one
-- cacheReads: all of those that tell hit from miss
-- reads: commands that tell hit from miss
-- looks: other reads (EXISTS, HLEN…)
-- writes: commands that write
-- fills: of the writes, those that answer a miss
-- deletes: commands that delete
-- preloads: of the writes, first writes of a key that no miss asked for
-- hits: reads that found the key
-- misses: reads that did not
-- unknown: reads of which the evidence does not tell
-- keys: distinct keys
-- topKey: the key with most commands
-- topKeyCommands: commands on it
-- topKeyService: the service with most of them; empty in a capture
-- fillsJudged: stays of a key in the cache after a miss whose end is in the evidence
-- fillsUnread: of those, stays in which nobody read it again
-- fillsOpen: last stays of a key, begun in the first half of the evidence, whose time to live is hidden
-- fillsOpenUnread: of those, stays in which nobody read it again as long as the evidence goes
-- bornKeys: keys that were written
-- eternalKeys: of those, keys whose last write gave no time to live and that no command let expire
-- expiringWrites: writes with a time to live, hidden ones counted
-- plainWrites: writes that give none
-- ttlP50Ms: median of the times to live that are known, ms; 0 when none is
-- ttlMinMs: shortest, ms
-- ttlMaxMs: longest, ms
-- slotMs: a twentieth of the median time to live, ms
-- slotKeys: most keys that expire within one slot
-- aliveKeys: most keys that have an expiry within one median time to live
-- expiringKeys: keys with an expiry, each as often as it expires
-- hitAgeMaxMs: longest time between a write and a hit of the same key, ms; 0 when no such pair was seen
-- ageMedianMs: median of it, ms
-- valueP50Bytes: median size of values written; 0 when unknown
-- valueMaxBytes: largest value
-- valueMaxKey: its key
-- residentBytes: size of the values last written, one a key
-- getMs: median time of reads, ms; 0 in a capture without traces
-- setMs: median time of writes that answer a miss, ms
-- sourceMs: median time of what answers a miss, ms
-- sourceKind: query (a store) or client (another service); empty when unknown
-- sourceStore: store that is read on a miss, or service that is called
-- sourceTables: tables that are read on a miss, in most of the misses
-- sourceShare: share of the misses with a known source that were answered from there
-- tracedMisses: misses of which traces show the source
-- readers: services that read, five times or more
-- writers: services that write, five times or more
-- deleters: services that delete
-- fillers: services that answer misses
-- writeTraceIds: up to ten traces with writes
-- missTraceIds: up to ten traces with misses
-- missSpanIds: the reads of those misses
-- readTraceIds: up to ten traces with reads
-- readSpanIds: those reads
-- anyTraceIds: up to ten traces with any command
WITH
    -- a service that answers its misses is seen to answer them all: what it reads and does not fill, it found
    fillers AS
    (
        SELECT DISTINCT Cache AS FilledCache, Pattern AS FilledPattern, Service AS FilledService, Origin AS FilledOrigin FROM accesses WHERE Hit = 0
    ),
    judged AS
    (
        SELECT
            Cache, Pattern, Origin, Counted, Service, TraceId, SpanId, AtNs, DurationNs, Seq, Command, Kind, Key, KeyHash, ValueBytes, TtlMs, AgeNs, Fills, FillNs, SourceNs, SourceKind, SourceStore, SourceTable,
            (Cache, Pattern, Service, Origin) IN (SELECT FilledCache, FilledPattern, FilledService, FilledOrigin FROM fillers) AS fills,
            multiIf(Hit IN (0, 1, -1), Hit, NOT fills, -1, Hit = 2, 1, 0) AS found,
            startsWith(Cache, 'memcached') AS memcached
        FROM accesses
        WHERE Kind != 'failure'
    ),
    windows AS
    (
        SELECT Cache, min(AtNs) AS FirstNs, max(AtNs) AS LastNs, count() AS Commands, countIf(Kind = 'read') AS Reads
        FROM accesses
        WHERE Counted = 1 AND Kind != 'failure'
        GROUP BY Cache
    ),
    usage AS
    (
        SELECT
            Cache, Pattern,
            if(max(Counted = 1 AND Origin = 'capture') = 1, 'capture', 'trace') AS countedOrigin,
            countIf(Counted) AS commands,
            countIf(Counted AND Kind = 'read') AS reads,
            countIf(Counted AND Kind = 'look') AS looks,
            countIf(Counted AND Kind = 'write') AS writes,
            countIf(Counted AND Kind = 'write' AND Fills) AS filled,
            countIf(Counted AND Kind = 'delete') AS deletes,
            countIf(Counted AND found = 1) AS hits,
            countIf(Counted AND found = 0) AS misses,
            countIf(Counted AND TtlMs != 0 AND TtlMs != -1 AND Kind = 'write') AS expiringWrites,
            countIf(Counted AND TtlMs = -1 AND Kind = 'write') AS plainWrites,
            quantileExactIf(0.5)(TtlMs, TtlMs > 0 AND Kind = 'write') AS ttlP50,
            minIf(TtlMs, TtlMs > 0 AND Kind = 'write') AS ttlMin,
            maxIf(TtlMs, TtlMs > 0 AND Kind = 'write') AS ttlMax,
            quantileExactIf(0.5)(ValueBytes, Kind = 'write' AND ValueBytes > 0) AS valueP50,
            max(ValueBytes) AS valueMax,
            argMax(Key, (ValueBytes, Key)) AS valueMaxKey,
            quantileExactIf(0.5)(DurationNs, Kind = 'read' AND Origin = 'trace') AS getNs,
            quantileExactIf(0.5)(FillNs, found = 0 AND SourceNs > 0) AS setNs,
            quantileExactIf(0.5)(SourceNs, SourceNs > 0) AS sourceNs,
            countIf(SourceNs > 0) AS tracedMisses,
            sumMapIf([(toString(SourceKind), toString(SourceStore), toString(SourceTable))], [toUInt64(1)], SourceNs > 0) AS sourceCounts,
            arraySort(item -> (-toInt64(item.2), item.1), arrayZip(sourceCounts.1, sourceCounts.2))[1] AS source,
            arraySort(arrayFilter((service, n) -> n >= 5, (sumMapIf([toString(Service)], [1], Kind IN ('read', 'look') AND Origin = 'trace') AS reading).1, reading.2)) AS readers,
            arraySort(arrayFilter((service, n) -> n >= 5, (sumMapIf([toString(Service)], [1], Kind = 'write' AND Origin = 'trace') AS writing).1, writing.2)) AS writers,
            arraySort(groupUniqArrayIf(Service, Kind = 'delete' AND Origin = 'trace')) AS deleters,
            arraySort(groupUniqArrayIf(Service, fills AND Origin = 'trace')) AS fillers,
            max((found = 0 AND fills) OR memcached OR (TtlMs != 0 AND TtlMs != -1 AND Command IN ('SET', 'SETEX', 'PSETEX', 'ADD'))) AS cached,
            groupArraySortedIf(10)((AtNs, TraceId, SpanId), Kind = 'write' AND Origin = 'trace') AS writeSample,
            groupArraySortedIf(10)((AtNs, TraceId, SpanId), found = 0 AND Origin = 'trace') AS missSample,
            groupArraySortedIf(10)((AtNs, TraceId, SpanId), Kind = 'read' AND Origin = 'trace') AS readSample,
            groupArraySortedIf(10)((AtNs, TraceId), Origin = 'trace') AS anySample
        FROM judged
        GROUP BY Cache, Pattern
    ),
    -- one key at a time, in the order of time: h a hit, f a write that answers a miss, w another write, d a deletion
    lives AS
    (
        SELECT
            Cache, Pattern, KeyHash,
            min(Key) AS OneKey,
            count() AS touched,
            arraySort(service -> service, groupUniqArray(5)(Service))[1] AS oneService,
            argMaxIf(TtlMs, (AtNs, Seq), Kind IN ('write', 'expire') AND TtlMs != 0) AS lastTtl,
            countIf(Kind = 'write') AS written,
            argMaxIf(ValueBytes, (AtNs, Seq), Kind = 'write') AS bytes,
            arraySort(groupArrayIf((AtNs, Seq, multiIf(found = 1, 'h', Fills, 'f', Kind = 'delete', 'd', 'w'), TtlMs), found = 1 OR Kind IN ('write', 'delete'))) AS events,
            -- stays: a write that answers a miss, until the next such write; several at once are one, and what is deleted or replaced is none
            arrayFilter(stay -> stay.4, arrayMap((event, after, index) -> (
                event.1,
                event.4,
                index = length(events) OR after.3 = 'f',
                NOT (index < length(events) AND after.3 IN ('d', 'w')) AND event.3 = 'f' AND NOT (index < length(events) AND after.3 = 'f' AND after.1 - event.1 < 5000000000)), events, arrayPopFront(arrayPushBack(events, events[-1])), arrayEnumerate(events))) AS stays,
            stays[-1] AS lastStay,
            arrayFill(event -> event.3 IN ('f', 'w'), events) AS origins,
            arrayFilter(age -> age >= 0, arrayMap((event, origin) -> if(event.3 = 'h' AND origin.3 IN ('f', 'w'), event.1 - origin.1, -1), events, origins)) AS ages
        FROM judged
        WHERE Counted AND Key != ''
        GROUP BY Cache, Pattern, KeyHash
    ),
    keyed AS
    (
        SELECT
            lives.Cache AS Cache, Pattern,
            count() AS keys,
            argMax((OneKey, touched, oneService), (touched, OneKey)) AS top,
            countIf(written > 0) AS bornKeys,
            countIf(notEmpty(events) AND events[1].3 = 'w') AS preloads,
            countIf(written > 0 AND lastTtl = -1) AS eternalKeys,
            sum(bytes) AS residentBytes,
            -- all but the last have ended; the last has, when its time was up within the evidence
            sum(notEmpty(stays) AND lastStay.2 > 0 AND lastStay.1 + lastStay.2 * 1000000 <= LastNs) AS endedLasts,
            sum(if(empty(stays), 0, length(stays) - 1)) + endedLasts AS judgedStays,
            sum(arrayCount(stay -> stay.3, arrayPopBack(stays))) + sum(notEmpty(stays) AND lastStay.3 AND lastStay.2 > 0 AND lastStay.1 + lastStay.2 * 1000000 <= LastNs) AS unreadStays,
            sum(notEmpty(stays) AND lastStay.2 = -2 AND lastStay.1 * 2 <= FirstNs + LastNs) AS openStays,
            sum(notEmpty(stays) AND lastStay.2 = -2 AND lastStay.1 * 2 <= FirstNs + LastNs AND lastStay.3) AS openUnread,
            max(arrayMax(arrayPushBack(ages, 0))) AS oldestHit,
            quantileExactArrayIf(0.5)(ages, notEmpty(ages)) AS medianAge
        FROM lives
        INNER JOIN windows ON lives.Cache = windows.Cache
        GROUP BY lives.Cache, Pattern
    ),
    expiries AS
    (
        SELECT Cache, Pattern, Slot, count() AS n, sum(n) OVER (PARTITION BY Cache, Pattern ORDER BY Slot RANGE BETWEEN CURRENT ROW AND 19 FOLLOWING) AS alive
        FROM
        (
            SELECT DISTINCT touch.Cache AS Cache, touch.Pattern AS Pattern, KeyHash, intDiv(AtNs + TtlMs * 1000000, greatest(1, ttlP50 * 50000)) AS Slot
            FROM accesses AS touch
            INNER JOIN (SELECT Cache, Pattern, quantileExact(0.5)(TtlMs) AS ttlP50 FROM accesses WHERE Kind = 'write' AND TtlMs > 0 GROUP BY Cache, Pattern) AS median ON touch.Cache = median.Cache AND touch.Pattern = median.Pattern
            WHERE Kind IN ('write', 'expire') AND TtlMs > 0 AND Counted = 1
        )
        GROUP BY Cache, Pattern, Slot
    ),
    slots AS
    (
        SELECT Cache, Pattern, max(n) AS slotKeys, max(alive) AS aliveKeys, sum(n) AS expiringKeys FROM expiries GROUP BY Cache, Pattern
    )
SELECT
    usage.Cache AS cache,
    usage.Pattern AS pattern,
    usage.countedOrigin AS origin,
    usage.cached AS cached,
    position(usage.Pattern, '{') > 0 AS variable,
    (windows.LastNs - windows.FirstNs) / 1e9 AS windowSeconds,
    usage.commands AS commands,
    windows.Commands AS cacheCommands,
    windows.Reads AS cacheReads,
    usage.reads AS reads,
    usage.looks AS looks,
    usage.writes AS writes,
    usage.filled AS fills,
    usage.deletes AS deletes,
    keyed.preloads AS preloads,
    usage.hits AS hits,
    usage.misses AS misses,
    usage.reads - usage.hits - usage.misses AS unknown,
    keyed.keys AS keys,
    keyed.top.1 AS topKey,
    keyed.top.2 AS topKeyCommands,
    toString(keyed.top.3) AS topKeyService,
    keyed.judgedStays AS fillsJudged,
    keyed.unreadStays AS fillsUnread,
    keyed.openStays AS fillsOpen,
    keyed.openUnread AS fillsOpenUnread,
    keyed.bornKeys AS bornKeys,
    keyed.eternalKeys AS eternalKeys,
    usage.expiringWrites AS expiringWrites,
    usage.plainWrites AS plainWrites,
    usage.ttlP50 AS ttlP50Ms,
    usage.ttlMin AS ttlMinMs,
    usage.ttlMax AS ttlMaxMs,
    usage.ttlP50 / 20 AS slotMs,
    slots.slotKeys AS slotKeys,
    slots.aliveKeys AS aliveKeys,
    slots.expiringKeys AS expiringKeys,
    keyed.oldestHit / 1e6 AS hitAgeMaxMs,
    keyed.medianAge / 1e6 AS ageMedianMs,
    usage.valueP50 AS valueP50Bytes,
    usage.valueMax AS valueMaxBytes,
    if(usage.valueMax = 0, '', usage.valueMaxKey) AS valueMaxKey,
    keyed.residentBytes AS residentBytes,
    usage.getNs / 1e6 AS getMs,
    usage.setNs / 1e6 AS setMs,
    usage.sourceNs / 1e6 AS sourceMs,
    usage.source.1.1 AS sourceKind,
    usage.source.1.2 AS sourceStore,
    if(usage.source.1.3 = '', [], splitByChar(',', usage.source.1.3)) AS sourceTables,
    usage.source.2 / greatest(1, usage.tracedMisses) AS sourceShare,
    usage.tracedMisses AS tracedMisses,
    usage.readers AS readers,
    usage.writers AS writers,
    usage.deleters AS deleters,
    usage.fillers AS fillers,
    usage.writeSample.2 AS writeTraceIds,
    usage.missSample.2 AS missTraceIds,
    usage.missSample.3 AS missSpanIds,
    usage.readSample.2 AS readTraceIds,
    usage.readSample.3 AS readSpanIds,
    usage.anySample.2 AS anyTraceIds
FROM usage
INNER JOIN windows ON usage.Cache = windows.Cache
LEFT ANY JOIN keyed ON usage.Cache = keyed.Cache AND usage.Pattern = keyed.Pattern
LEFT ANY JOIN slots ON usage.Cache = slots.Cache AND usage.Pattern = slots.Pattern
ORDER BY cache, pattern
