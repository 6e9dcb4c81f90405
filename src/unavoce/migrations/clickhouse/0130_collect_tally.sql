CREATE TABLE IF NOT EXISTS collect.tally (
    source LowCardinality(String),
    hour DateTime('UTC'),
    name LowCardinality(String),
    store LowCardinality(String),
    accepted SimpleAggregateFunction(sum, UInt64),
    repeated SimpleAggregateFunction(sum, UInt64),
    failed SimpleAggregateFunction(sum, UInt64),
    blocked SimpleAggregateFunction(sum, UInt64),
    faulty SimpleAggregateFunction(sum, UInt64),
    clamped SimpleAggregateFunction(sum, UInt64),
    last_received SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (source, hour, name, store)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
