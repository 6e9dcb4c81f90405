CREATE TABLE IF NOT EXISTS profile.identifier (
    iid UInt64,
    kind LowCardinality(String),
    first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (iid, kind)
SETTINGS non_replicated_deduplication_window = 10000;
