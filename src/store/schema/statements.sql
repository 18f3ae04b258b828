-- Each distinct statement once, as the SQL parser read it.
CREATE TABLE IF NOT EXISTS statements
(
    StatementHash UInt64 COMMENT 'Hash of system and statement without literals; joins to spans',
    System LowCardinality(String) COMMENT 'Database system that speaks the dialect',
    Text String COMMENT 'The statement with its literals replaced by ?, at most 2,000 characters',
    Command LowCardinality(String) COMMENT 'Verb, upper case',
    Access LowCardinality(String) COMMENT 'read, write or other',
    TablesRead Array(String) COMMENT 'Tables that it reads, lower case, schema-qualified where the statement says so',
    TablesWritten Array(String) COMMENT 'Tables that it changes',
    Locks UInt8 COMMENT '1 for SELECT … FOR UPDATE and the like',
    Parsed UInt8 COMMENT '1 when the parser understood it, 0 when only its first words were read',
    Truncated UInt8 COMMENT '1 when the text was cut before its end'
)
ENGINE = MergeTree
ORDER BY StatementHash
