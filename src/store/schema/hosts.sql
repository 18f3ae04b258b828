-- Which service answers behind a host name, learnt from calls whose two sides were both seen.
CREATE TABLE IF NOT EXISTS hosts
(
    Host LowCardinality(String) COMMENT 'Canonical host as callers name it',
    Port UInt16 COMMENT 'Port that callers use',
    Service LowCardinality(String) COMMENT 'The service seen there',
    Calls UInt64 COMMENT 'Calls that prove it'
)
ENGINE = MergeTree
ORDER BY (Host, Port, Service)
