-- What the team can do to a source: change its key without a gap, pause it, slow it down, give it Google's name.
ALTER TABLE collect.source
    ADD COLUMN old_write_key text UNIQUE,
    ADD COLUMN old_key_until timestamptz,
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN events_per_second integer CHECK (events_per_second > 0),
    ADD COLUMN measurement_id text UNIQUE CHECK (measurement_id ~ '^G-[A-Z0-9]{4,20}$'),
    ADD CONSTRAINT old_key_ends CHECK ((old_write_key IS NULL) = (old_key_until IS NULL));

-- Live calls that said again what had been said: written down so that a developer finds hers.
CREATE TABLE collect.repeated (
    lane smallint NOT NULL,
    seq bigint NOT NULL,
    event_id bytea NOT NULL,
    message_id text NOT NULL,
    source_id smallint NOT NULL REFERENCES collect.source,
    name text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (lane, seq)
);
CREATE INDEX repeated_received ON collect.repeated (received_at DESC, lane, seq);
CREATE INDEX failed_event_received ON collect.failed_event (received_at DESC, id);
