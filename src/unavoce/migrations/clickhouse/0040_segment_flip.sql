CREATE TABLE IF NOT EXISTS segment.flip (
    id UInt64,
    segment LowCardinality(String),
    version UInt32,
    customer UInt64,
    iid UInt64,
    direction LowCardinality(String),
    at DateTime64(3, 'UTC'),
    cause String CODEC(ZSTD),
    cause_kind LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (segment, at, id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
