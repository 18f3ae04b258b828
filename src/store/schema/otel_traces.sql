-- Spans as the OpenTelemetry Collector's ClickHouse exporter writes them: same columns, same names, same types.
-- One deviation: the order key is the hash of the trace, so that later work can go bucket by bucket.
CREATE TABLE IF NOT EXISTS otel_traces
(
    Timestamp DateTime64(9) COMMENT 'Start of the span, UTC, nanoseconds',
    TraceId String COMMENT 'Lower-case hex, 32 digits (16 where the source has 64-bit ids)',
    SpanId String COMMENT 'Lower-case hex, 16 digits',
    ParentSpanId String COMMENT 'Lower-case hex; empty for a root',
    TraceState String COMMENT 'W3C tracestate',
    SpanName LowCardinality(String) COMMENT 'As the instrumentation named it',
    SpanKind LowCardinality(String) COMMENT 'Unspecified, Internal, Server, Client, Producer or Consumer',
    ServiceName LowCardinality(String) COMMENT 'resource service.name; empty when the source had none',
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource; nested values as JSON text',
    ScopeName String COMMENT 'Instrumentation scope',
    ScopeVersion String COMMENT 'Version of the instrumentation scope',
    SpanAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the span; nested values as JSON text',
    Duration UInt64 COMMENT 'Nanoseconds; 0 where the end lies before the start (counted as a loss)',
    StatusCode LowCardinality(String) COMMENT 'Unset, Ok or Error',
    StatusMessage String COMMENT 'Description of the status',
    Events Nested(Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)) COMMENT 'Span events',
    Links Nested(TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String)) COMMENT 'Span links; the way messaging joins a consumer to its producers'
)
ENGINE = MergeTree
ORDER BY cityHash64(TraceId) % 64
