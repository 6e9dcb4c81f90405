CREATE TABLE IF NOT EXISTS decide.intent (
    id UInt64,
    enrolment UInt64,
    journey LowCardinality(String),
    version UInt32,
    step LowCardinality(String),
    iid UInt64,
    customer UInt64,
    channel LowCardinality(String),
    op LowCardinality(String),
    message LowCardinality(String),
    purpose LowCardinality(String),
    category LowCardinality(String),
    planned_for DateTime64(3, 'UTC'),
    state LowCardinality(String),
    reason LowCardinality(String),
    at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (iid, at, id)
SETTINGS non_replicated_deduplication_window = 10000;
