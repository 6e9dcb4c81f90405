CREATE TABLE IF NOT EXISTS commerce.exposure (
    source LowCardinality(String),
    store LowCardinality(String),
    week Date32,
    product_id String,
    display LowCardinality(String),
    mailer LowCardinality(String)
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(week)
ORDER BY (source, store, week, product_id, display, mailer)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 8192
