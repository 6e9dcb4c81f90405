CREATE TABLE IF NOT EXISTS profile.trait (
    iid UInt64,
    key LowCardinality(String),
    value String CODEC(ZSTD),
    text String,
    number Nullable(Float64),
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    source LowCardinality(String),
    priority UInt8,
    message_id String CODEC(ZSTD)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (key, iid, at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
