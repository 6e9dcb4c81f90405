-- The tracking plan: what an event of a name should look like. Each publishing makes one more version of the whole
-- plan, and what a version says is the newest of each name up to it; so a batch that was pinned under a version is
-- judged by the same schemas for ever.
CREATE TABLE collect.plan (
    version integer PRIMARY KEY,
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);
-- The first one lets everything through.
INSERT INTO collect.plan (version, published_at, published_by) VALUES (1, '1970-01-01Z', '');

CREATE TABLE collect.plan_rule (
    name text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    plan_version integer NOT NULL REFERENCES collect.plan,
    -- Without a mode the event is treated as its source says.
    mode text CHECK (mode IN ('observe', 'warn', 'block')),
    -- Text, because jsonb forgets the order in which somebody listed the properties.
    schema text NOT NULL,
    PRIMARY KEY (name, version),
    UNIQUE (name, plan_version)
);

CREATE TABLE collect.plan_source (
    source_id smallint NOT NULL REFERENCES collect.source,
    plan_version integer NOT NULL REFERENCES collect.plan,
    mode text NOT NULL CHECK (mode IN ('observe', 'warn', 'block')),
    PRIMARY KEY (source_id, plan_version)
);

CREATE TABLE collect.plan_draft (
    name text PRIMARY KEY,
    mode text CHECK (mode IN ('observe', 'warn', 'block')),
    schema text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
);

CREATE FUNCTION collect.keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version of the tracking plan is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER published BEFORE UPDATE OR DELETE ON collect.plan_rule
    FOR EACH ROW EXECUTE FUNCTION collect.keep_published();
CREATE TRIGGER published BEFORE UPDATE OR DELETE ON collect.plan_source
    FOR EACH ROW EXECUTE FUNCTION collect.keep_published();

-- What a failed event needs to be found, repaired and sent once more.
ALTER TABLE collect.failed_event
    ADD COLUMN call text NOT NULL DEFAULT '',
    ADD COLUMN name text NOT NULL DEFAULT '',
    ADD COLUMN message_id text,
    -- The first fault as "kind property", so that a thousand of the same stand in one group.
    ADD COLUMN what text NOT NULL DEFAULT '',
    ADD COLUMN faults jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN plan_version integer,
    ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replaying', 'replayed', 'discarded')),
    ADD COLUMN result text CHECK (result IN ('entered', 'repeated', 'failed')),
    -- As it came, from the first repair on.
    ADD COLUMN original bytea,
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN changed_by text,
    ADD COLUMN replay_lane smallint,
    ADD COLUMN replay_seq bigint;
CREATE INDEX failed_event_state ON collect.failed_event (state, id);
-- The pump asks which of a batch's events are replays.
CREATE INDEX failed_event_replaying ON collect.failed_event (replay_lane, replay_seq) WHERE state = 'replaying';

CREATE TABLE collect.failed_job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('replay', 'repair', 'discard', 'restore')),
    -- Which failed events: a filter, and none that failed after the job was asked for.
    filter jsonb NOT NULL,
    up_to bigint NOT NULL,
    steps jsonb NOT NULL DEFAULT '[]',
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'cancelled')),
    position bigint NOT NULL DEFAULT 0,
    total integer NOT NULL,
    done integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    passing integer NOT NULL DEFAULT 0,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    ended_at timestamptz
);
CREATE INDEX failed_job_running ON collect.failed_job (id) WHERE state = 'running';
