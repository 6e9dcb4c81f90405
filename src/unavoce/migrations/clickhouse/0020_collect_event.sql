CREATE TABLE IF NOT EXISTS collect.event (
    event_id FixedString(16),
    message_id String,
    type LowCardinality(String),
    name LowCardinality(String),
    iid UInt64,
    iids Array(UInt64),
    source LowCardinality(String),
    source_kind LowCardinality(String),
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    clamped UInt8,
    order_id String,
    store LowCardinality(String),
    channel LowCardinality(String),
    product_ids Array(String),
    categories Array(LowCardinality(String)),
    revenue Int64,
    currency LowCardinality(String),
    campaign LowCardinality(String),
    utm_source LowCardinality(String),
    properties String CODEC(ZSTD),
    context String CODEC(ZSTD),
    lane UInt8,
    seq UInt64,
    INDEX event_at at TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (iid, at, event_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    index_granularity = 1024
