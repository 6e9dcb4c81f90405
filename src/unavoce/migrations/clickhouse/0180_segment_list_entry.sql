CREATE TABLE IF NOT EXISTS segment.list_entry (
    list LowCardinality(String),
    iid UInt64,
    present UInt8,
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (list, iid, at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
