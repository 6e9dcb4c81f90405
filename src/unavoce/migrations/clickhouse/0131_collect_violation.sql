CREATE TABLE IF NOT EXISTS collect.violation (
    event_id FixedString(16),
    source LowCardinality(String),
    name LowCardinality(String),
    store LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    plan_version UInt32,
    mode LowCardinality(String),
    kind LowCardinality(String),
    property LowCardinality(String),
    expected String
) ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (name, received_at, event_id, property)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
