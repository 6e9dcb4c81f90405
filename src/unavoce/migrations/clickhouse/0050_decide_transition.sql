CREATE TABLE IF NOT EXISTS decide.transition (
    enrolment UInt64,
    seq UInt32,
    journey LowCardinality(String),
    version UInt32,
    iid UInt64,
    customer UInt64,
    from_step LowCardinality(String),
    to_step LowCardinality(String),
    move LowCardinality(String),
    cause String CODEC(ZSTD),
    at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (journey, at, enrolment, seq)
SETTINGS non_replicated_deduplication_window = 10000;
