CREATE TABLE IF NOT EXISTS profile.consent (
    iid UInt64,
    channel LowCardinality(String),
    purpose LowCardinality(String),
    granted UInt8,
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    message_id String CODEC(ZSTD)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (channel, purpose, iid, at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
