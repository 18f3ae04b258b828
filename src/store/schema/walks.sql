-- The critical path of a deterministic sample of traces (per root operation, those with the lowest hash of their id), one row a span
-- that lies on it or enters a service.
CREATE TABLE IF NOT EXISTS walks
(
    TraceId String COMMENT 'A sampled trace',
    SpanId String COMMENT 'A span on the critical path, or a SERVER span that the root reaches',
    RootService LowCardinality(String) COMMENT 'Service of the root',
    RootOperation LowCardinality(String) COMMENT 'Operation of the root',
    RootDurationNs UInt64 COMMENT 'Duration of the root',
    Hops UInt16 COMMENT 'Synchronous steps from one service to another between the root and this span',
    Path Array(LowCardinality(String)) COMMENT 'Services passed synchronously from the root to this span, one after another, at most 50',
    Synchronous UInt8 COMMENT '1 when the root waits for this span: no message in between, and it starts before its parent ends',
    OnCriticalPath UInt8 COMMENT '1 when the span delays the root at some moment',
    CriticalNs UInt64 COMMENT 'Time on the critical path spent in this span and in none of its children',
    Reentered UInt8 COMMENT '1 for an entry into a service that is still open further up, with another service in between',
    Position UInt32 COMMENT 'Order of the spans on the critical path, from 1; 0 off it'
)
ENGINE = MergeTree
ORDER BY (TraceId, SpanId)
