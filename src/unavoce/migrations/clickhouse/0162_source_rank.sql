CREATE TABLE IF NOT EXISTS profile.source_rank (
    source String,
    rank UInt8
)
ENGINE = Join(ANY, LEFT, source)
SETTINGS join_any_take_last_row = 1, persistent = 1;
