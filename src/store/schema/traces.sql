-- One row a trace.
CREATE TABLE IF NOT EXISTS traces
(
    TraceId String COMMENT 'Lower-case hex',
    RootService LowCardinality(String) COMMENT 'Service of the root span: the earliest span without a parent id, else the earliest whose parent is absent',
    RootOperation LowCardinality(String) COMMENT 'Operation of the root span',
    RootRole LowCardinality(String) COMMENT 'Role of the root span',
    RootSpanId String COMMENT 'The root span',
    RootError UInt8 COMMENT '1 when the root span failed',
    RootDurationNs UInt64 COMMENT 'Duration of the root span',
    StartNs Int64 COMMENT 'Start of the root span',
    FirstNs Int64 COMMENT 'Earliest start of any span',
    LastNs Int64 COMMENT 'Latest end of any span',
    Spans UInt64 COMMENT 'Spans in the trace',
    Services UInt64 COMMENT 'Distinct services in the trace',
    Roots UInt64 COMMENT 'Spans with an empty parent id',
    Orphans UInt64 COMMENT 'Spans with a parent id that is not in the trace',
    Errors UInt64 COMMENT 'Spans that failed'
)
ENGINE = MergeTree
ORDER BY (cityHash64(TraceId) % 64, TraceId)
