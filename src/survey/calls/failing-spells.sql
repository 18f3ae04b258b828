-- What a caller does while a callee fails: a row per caller, its operation, callee and called operation, where calls failed so long that a circuit breaker would have opened.
-- Time is cut into windows of two seconds of Unix time. A window fails when at least half of its calls do; failing windows up to the next one that does not are a spell.
-- A breaker would open once 20 calls lie in ten seconds of a spell (or 20 entries and three failed calls, when one did open). The windows after that are late; the others outside of spells are usual.
-- Entries are what the caller was asked at the same time: calls per entry tell a caller that holds back from one that is asked less. An entry is a SERVER or CONSUMER span, or an internal root; a call belongs to the innermost that is open.
-- Of a service's part in one trace the first hundred entries and three hundred calls count. An answer of HTTP 4xx is no failure, but for 408 and 429.
--
-- caller: service that calls
-- entry: operation of the caller from which it calls
-- callee: service that is called, or the address of an external one
-- calleeKind: service, external or empty when nobody can tell
-- operation: the callee's operation where its span was seen, else the caller's
-- usualEntries: entries outside of spells
-- usualCalls: calls outside of spells
-- usualFailed: of those, failed
-- lateEntries: entries after a breaker would have opened, until calls succeed again
-- lateCalls: calls in that time
-- lateFailed: of those, failed
-- lateTraces: traces with a late call that failed; one that fails in two windows counts twice
-- lateSeconds: length of the windows with late calls, s
-- spells: spells in which a breaker would have opened
-- failingSeconds: starts of up to a thousand windows of these spells, Unix time in s
-- traceIds: up to ten traces with a late call that failed
-- spanIds: up to thirty of the failed calls in the first of traceIds
WITH arraySort(arrayFlatten(arrayMap(moment -> moment.6, Late))) AS picked
SELECT
    Caller AS caller,
    Entry AS entry,
    Target.1 AS callee,
    Target.2 AS calleeKind,
    Target.3 AS operation,
    arraySum(moment -> moment.2, Usual) AS usualEntries,
    arraySum(moment -> moment.3, Usual) AS usualCalls,
    arraySum(moment -> moment.4, Usual) AS usualFailed,
    arraySum(moment -> moment.2, Late) AS lateEntries,
    arraySum(moment -> moment.3, Late) AS lateCalls,
    arraySum(moment -> moment.4, Late) AS lateFailed,
    arraySum(moment -> moment.5, Late) AS lateTraces,
    2 * arrayCount(moment -> moment.3 > 0, Late) AS lateSeconds,
    length(Spells) AS spells,
    arraySlice(arrayMap(moment -> moment.1, arrayFilter(moment -> moment.3 > 0, arrayFlatten(Spells.1))), 1, 1000) AS failingSeconds,
    arraySlice(arrayDistinct(picked.1), 1, 10) AS traceIds,
    arraySlice(arrayMap(one -> one.2, arrayFilter(one -> one.1 = picked[1].1, picked)), 1, 30) AS spanIds
FROM
(
    SELECT
        Caller, Entry, Target, Usual, Spells,
        arrayFlatten(arrayMap(spell -> arrayFilter(moment -> moment.1 > spell.1[spell.2].1, spell.1), Spells)) AS Late
    FROM
    (
        SELECT
            Caller, Entry, Target,
            arrayFilter((moment, failing) -> NOT failing, Moments, Failing) AS Usual,
            arraySplit((moment, failing, before) -> failing != before, Moments, Failing, arrayPushFront(arrayPopBack(Failing), Failing[1])) AS Runs,
            arraySplit((failing, before) -> failing != before, Failing, arrayPushFront(arrayPopBack(Failing), Failing[1])) AS RunsFailing,
            -- each spell with the place in it at which a breaker would have opened, ten places being five windows
            arrayFilter(spell -> spell.2 > 0, arrayMap(spell -> (spell, arrayFirstIndex(
                at -> arraySum(moment -> if(moment.1 > spell[at].1 - 10, moment.3, 0), arraySlice(spell, greatest(at - 9, 1), least(at, 10))) >= 20
                    OR (arraySum(moment -> if(moment.1 > spell[at].1 - 10, moment.2, 0), arraySlice(spell, greatest(at - 9, 1), least(at, 10))) >= 20
                        AND arraySum(moment -> if(moment.1 > spell[at].1 - 10, moment.4, 0), arraySlice(spell, greatest(at - 9, 1), least(at, 10))) >= 3),
                arrayEnumerate(spell))), arrayFilter((run, failing) -> failing[1], Runs, RunsFailing))) AS Spells
        FROM
        (
            SELECT
                Caller, Entry, Target, Moments,
                -- a window without a call is as the one before it
                arrayFill((failing, moment) -> moment.3 > 0, arrayMap(moment -> moment.3 > 0 AND moment.4 * 2 >= moment.3, Moments), Moments) AS Failing
            FROM
            (
                SELECT
                    Caller, Entry, Target,
                    -- window, entries, calls, failed calls, their traces and spans; the calls of a window stand before its entries
                    arraySort(arrayConcat(
                        arrayMap(entered -> (entered.1, entered.2, toUInt64(0), toUInt64(0), toUInt64(0), CAST([], 'Array(Tuple(String, String))')), Entered),
                        arrayMap(called -> (called.2, toUInt64(0), called.3, called.4, called.5, called.6), arrayFilter(called -> called.1 = Target, Called)))) AS Moments
                FROM
                (
                    SELECT
                        Caller, Entry,
                        groupArrayIf((Window, Entries), CalleeName = '') AS Entered,
                        groupArrayIf(((CalleeName, Kind, CallOperation), Window, Calls, Failed, FailedTraces, Samples), CalleeName != '') AS Called
                    FROM
                    (
                        SELECT
                            Caller, Event.1 AS Entry, Event.2 AS CalleeName, Event.3 AS Kind, Event.4 AS CallOperation, intDiv(Event.5, 2000000000) * 2 AS Window,
                            countIf(Event.2 = '') AS Entries,
                            countIf(Event.2 != '') AS Calls,
                            countIf(Event.6 = 1) AS Failed,
                            uniqExactIf(TraceId, Event.6 = 1) AS FailedTraces,
                            groupArraySortedIf(30)((TraceId, Event.7), Event.6 = 1) AS Samples
                        FROM
                        (
                            SELECT
                                TraceId, Service AS Caller,
                                groupArraySortedIf(100)((StartNs, EndNs, toString(Operation)), Role IN ('server', 'consumer') OR (HasParent = 0 AND Role = 'internal')) AS EntrySpans,
                                groupArraySortedIf(300)(
                                    (StartNs, toString(Peer), toString(PeerKind), if(CalleeOperation != '', toString(CalleeOperation), toString(Operation)),
                                        Error = 1 AND (HttpStatus NOT BETWEEN 400 AND 499 OR HttpStatus IN (408, 429)), SpanId),
                                    Role = 'client' AND Peer != '') AS CallSpans
                            FROM spans
                            WHERE (Role IN ('server', 'consumer', 'client') OR HasParent = 0)
                                -- of all shards, not of this one: a service that fails on another has traces here as well
                                AND Service GLOBAL IN
                                (
                                    SELECT Service FROM spans
                                    WHERE Role = 'client' AND Error = 1 AND (HttpStatus NOT BETWEEN 400 AND 499 OR HttpStatus IN (408, 429))
                                    GROUP BY Service HAVING count() >= 3
                                )
                            GROUP BY TraceId, Service
                            HAVING notEmpty(EntrySpans)
                        )
                        ARRAY JOIN arrayConcat(
                            arrayMap(entry -> (entry.3, '', '', '', entry.1, 0, ''), EntrySpans),
                            arrayFilter(event -> event.1 != '', arrayMap(call -> (
                                arrayReverseSort(arrayFilter(entry -> entry.1 <= call.1 AND entry.2 >= call.1, EntrySpans))[1].3,
                                call.2, call.3, call.4, call.1, call.5, call.6), CallSpans))) AS Event
                        GROUP BY Caller, Event.1, Event.2, Event.3, Event.4, Window
                    )
                    GROUP BY Caller, Entry
                )
                ARRAY JOIN arrayDistinct(arrayMap(called -> called.1, arrayFilter(called -> called.4 > 0, Called))) AS Target
            )
        )
    )
)
WHERE notEmpty(Spells)
ORDER BY caller, entry, callee, calleeKind, operation
