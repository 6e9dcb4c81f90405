CREATE TABLE IF NOT EXISTS profile.consent_rule (
    channel String,
    since DateTime64(3, 'UTC')
)
ENGINE = Join(ANY, LEFT, channel)
SETTINGS join_any_take_last_row = 1, persistent = 1;
