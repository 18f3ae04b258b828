-- Values that look like what must not be kept: where they are and of which kind, never the values themselves.
-- Three levels, innermost first: cheap searches that nearly every value fails · what each survivor is · counts by place.
-- A value that was masked (***, [REDACTED], ?) is none. Long numbers that are no cards are counted too:
-- ids pass the cards' check digit one time in ten, so only a key whose long numbers mostly pass it holds cards.
--
-- service: service of the spans
-- place: span, resource, event, span name or status message
-- key: attribute key; empty for span names and status messages
-- kind: e-mail address, card number, token, password, or long number (14 to 16 digits that begin as cards do and are none)
-- spans: spans with such a value; of resources, one a resource
-- grouped: of those, with a card number that is written in groups of digits, as cards are
-- traces: distinct traces
-- traceIds: up to ten traces with such a value
-- spanIds: the span in each of traceIds
WITH
    digits -> modulo(arraySum(
        (digit, position) -> if(position % 2 = 1, digit, if(digit > 4, digit * 2 - 9, digit * 2)),
        arrayMap(character -> toUInt8OrZero(character), splitByString('', reverse(digits))),
        arrayEnumerate(splitByString('', reverse(digits)))), 10) = 0 AS hasCheckDigit,
    digits -> match(digits, '^(4[0-9]{15}|5[1-5][0-9]{14}|2(22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}|3[47][0-9]{13}|3(0[0-5]|[68][0-9])[0-9]{11}|6(011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|35(2[89]|[3-8][0-9])[0-9]{12})$') AS hasIssuer,
    secret -> NOT match(secret, '(?i)^(.{0,3}|[[({<"]*(redacted|masked|filtered|hidden|removed|none|null|nil|undefined|true|false|basic|bearer|changeme|password|[x*.?•]+)[])}>"]*)$|\\*\\*\\*|redacted|^[[" ]*(basic|bearer) +([x*.?]+|<.*>)["\\] ]*$') AS readable
SELECT
    Service AS service,
    Place AS place,
    Key AS key,
    Kind AS kind,
    uniqExact(TraceId, SpanId) AS spans,
    uniqExactIf((TraceId, SpanId), Kind = 'card number' AND Grouped) AS grouped,
    uniqExact(TraceId) AS traces,
    arrayMap(sample -> sample.2, groupArraySorted(10)((cityHash64(SpanId), TraceId, SpanId))) AS traceIds,
    arrayMap(sample -> sample.3, groupArraySorted(10)((cityHash64(SpanId), TraceId, SpanId))) AS spanIds
FROM
(
    SELECT
        TraceId, SpanId, Service, Place, Suspect.1 AS Key, Suspect.2 AS Text,
        match(Key, '(?i)(^|[._-])(password|passwd|pwd|passphrase|api[_-]?key|secret[_-]?key|private[_-]?key|client[_-]?secret|access[_-]?token|refresh[_-]?token|auth[_-]?token)$') AS IsPasswordKey,
        match(Key, '(?i)(^|[._-])(authorization|cookie|set[_-]cookie)$') AS IsTokenKey,
        -- a bot's user agent names whom to write to, message ids have the form of an address; user:password@host is none
        if(match(Key, '(?i)user_agent|message[._]?id$'), '', replaceRegexpAll(Text, '[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s@]*@', '//')) AS Letters,
        arrayExists(
            address -> NOT match(address, '(?i)^(git|ssh|root|celery|rabbit)(@|%40)|\\.(png|jpe?g|gif|svg|webp|js|mjs|cjs|css|json|html|jar|so|map|wasm|ttf|pdf|zip|tgz|local|internal|localdomain|lan|svc|consul)$|\\.gserviceaccount\\.com$'),
            extractAll(Letters, '(?:^|[^A-Za-z0-9._%+*@-])([A-Za-z0-9][A-Za-z0-9._+-]*(?:@|%40)[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,24})(?:$|[^A-Za-z0-9_@:*-])')) AS HasAddress,
        extractAll(Text, '(?:^|[^0-9A-Za-z._+-])([2-6][0-9]{13,15}|[2-6][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5})(?:$|[^0-9A-Za-z_.-]|\\.(?:$|[^0-9]))') AS Runs,
        arrayFilter(run -> hasIssuer(replaceRegexpAll(run, '[ -]', '')), Runs) AS Issued,
        arrayFilter(run -> hasCheckDigit(replaceRegexpAll(run, '[ -]', '')), Issued) AS Cards,
        arrayExists(card -> match(card, '[ -]'), Cards) AS Grouped,
        (IsTokenKey AND length(Text) > 8 AND readable(Text))
            OR match(Text, 'eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}|(^|[^A-Za-z0-9])(AKIA|ASIA)[A-Z0-9]{16}([^A-Za-z0-9]|$)|PRIVATE KEY-----|(^|[^A-Za-z0-9])(gh[pos]_[A-Za-z0-9]{36}|xox[bp]-[A-Za-z0-9-]{20,}|sk_live_[A-Za-z0-9]{16,}|AIza[0-9A-Za-z_-]{35}|glpat-[0-9A-Za-z_-]{20})|(?i)bearer [A-Za-z0-9._~+/-]{20,}') AS HasToken,
        (IsPasswordKey AND readable(Text) AND NOT match(Text, '\\s')) OR arrayExists(
            secret -> readable(secret),
            arrayConcat(
                extractAll(Text, '(?i)(?:password|passwd|pwd)["`\\]]?\\s*=\\s*''([^''?*<$%{:[][^'']{3,})'''),
                extractAll(Text, '(?i)(?:^|[?&;])(?:password|passwd|pwd|api_?key|access_token|client_secret)=([^\\s&;''"?*<$%{:[@][^\\s&;]{3,})'),
                extractAll(Text, '(?i)"(?:password|passwd|api_?key|access_token|client_secret)"\\s*:\\s*"([^"?*<$%{[][^"]{3,})"'),
                extractAll(Text, '[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s:@]*:([^/\\s@*<$%{[?][^/\\s@]*)@'))) AS HasPassword,
        arrayFilter(kind -> kind != '', [
            if(HasAddress, 'e-mail address', ''),
            if(notEmpty(Cards), 'card number', if(notEmpty(Runs), 'long number', '')),
            if(HasToken, 'token', ''),
            if(HasPassword, 'password', '')]) AS Kinds
    FROM
    (
        WITH
            text -> (
                multiSearchAny(text, ['@', '%40', 'eyJ', 'AKIA', 'ASIA', 'PRIVATE KEY', 'ghp_', 'gho_', 'ghs_', 'xoxb-', 'xoxp-', 'sk_live_', 'AIza', 'glpat-'])
                OR multiSearchAnyCaseInsensitive(text, ['bearer ', 'password', 'passwd', 'pwd', 'api_key', 'apikey', 'access_token', 'client_secret'])) AS telling,
            text -> (telling(text) OR multiSearchAny(
                translate(text, '0123456789', '0000000000'),
                ['00000000000000', '0000 0000 0000 0000', '0000-0000-0000-0000', '0000 000000 0000', '0000-000000-0000'])) AS suspicious,
            name -> multiSearchAnyCaseInsensitive(name, ['passw', 'pwd', 'passphrase', 'secret', 'private', 'token', 'api', 'authorization', 'cookie']) AS secretName,
            -- the shortest that tells anything is an address, a@b.cd
            texts -> arrayExists(text -> suspicious(text), arrayFilter(text -> length(text) >= 6, texts)) AS anySuspicious,
            -- names are looked at once each, not once for each span; too many of them, which evidence that makes up names has, where they stand
            (SELECT groupUniqArrayArray(10000)(mapKeys(SpanAttributes)) FROM otel_traces) AS seenKeys,
            arrayFilter(name -> secretName(name), arrayMap(name -> toString(name), seenKeys)) AS secretNames,
            keys -> (hasAny(keys, secretNames) OR arrayExists(name -> secretName(name), if(length(seenKeys) >= 10000, keys, []))) AS anySecretName,
            (names, texts) -> arrayFilter(pair -> suspicious(pair.2) OR secretName(pair.1), arrayZip(arrayMap(name -> toString(name), names), texts)) AS suspects
        SELECT TraceId, SpanId, Service, Place, Suspect
        FROM
        (
            SELECT TraceId, SpanId, toString(ServiceName) AS Service, 'span' AS Place, suspects(mapKeys(SpanAttributes), mapValues(SpanAttributes)) AS Suspects
            FROM otel_traces
            -- building pairs costs more than searching: only for rows that need it
            WHERE anySuspicious(mapValues(SpanAttributes)) OR anySecretName(mapKeys(SpanAttributes))
            UNION ALL
            SELECT TraceId, SpanId, toString(ServiceName) AS Service, 'resource' AS Place, suspects(mapKeys(ResourceAttributes), mapValues(ResourceAttributes)) AS Suspects
            FROM otel_traces
            WHERE cityHash64(TraceId, SpanId) GLOBAL IN
            (
                SELECT min(cityHash64(TraceId, SpanId))
                FROM otel_traces
                GROUP BY ServiceName, cityHash64(mapKeys(ResourceAttributes), mapValues(ResourceAttributes))
            )
            UNION ALL
            SELECT TraceId, SpanId, toString(ServiceName) AS Service, 'event' AS Place,
                suspects(
                    arrayFlatten(arrayMap(attributes -> mapKeys(attributes), Events.Attributes)),
                    arrayFlatten(arrayMap(attributes -> mapValues(attributes), Events.Attributes))) AS Suspects
            FROM otel_traces
            WHERE notEmpty(Events.Name)
            UNION ALL
            SELECT TraceId, SpanId, toString(ServiceName) AS Service, 'span name' AS Place, suspects([''], [toString(SpanName)]) AS Suspects
            FROM otel_traces
            WHERE suspicious(SpanName)
            UNION ALL
            SELECT TraceId, SpanId, toString(ServiceName) AS Service, 'status message' AS Place, suspects([''], [StatusMessage]) AS Suspects
            FROM otel_traces
            WHERE StatusMessage != '' AND suspicious(StatusMessage)
        )
        ARRAY JOIN Suspects AS Suspect
        WHERE telling(Suspect.2) OR secretName(Suspect.1) OR match(Suspect.2, '(^|[^0-9A-Za-z._+-])([2-6][0-9]{13,15}([^0-9]|$)|[2-6][0-9]{3}[ -]([0-9]{4}[ -]){2}[0-9]|3[0-9]{3}[ -][0-9]{6}[ -])')
    )
)
ARRAY JOIN Kinds AS Kind
GROUP BY Service, Place, Key, Kind
ORDER BY service, place, key, kind
