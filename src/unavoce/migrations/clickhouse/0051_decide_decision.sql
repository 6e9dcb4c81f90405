CREATE TABLE IF NOT EXISTS decide.decision (
    id UInt64,
    enrolment UInt64,
    journey LowCardinality(String),
    version UInt32,
    step LowCardinality(String),
    attempt UInt32,
    iid UInt64,
    customer UInt64,
    channel LowCardinality(String),
    message LowCardinality(String),
    verdict LowCardinality(String),
    reason LowCardinality(String),
    rule LowCardinality(String),
    blocked_by UInt64,
    intent UInt64,
    revises UInt64,
    planned_for Nullable(DateTime64(3, 'UTC')),
    at DateTime64(3, 'UTC'),
    detail String CODEC(ZSTD)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (iid, at, id)
SETTINGS non_replicated_deduplication_window = 10000;
