CREATE TABLE IF NOT EXISTS profile.link (
    iid UInt64,
    customer UInt64
)
ENGINE = Join(ANY, LEFT, iid)
SETTINGS join_any_take_last_row = 1, persistent = 1;
