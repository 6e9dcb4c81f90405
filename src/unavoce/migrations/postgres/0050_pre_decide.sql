-- The decision point: journeys, who walks them, what is planned, and why.
CREATE SCHEMA decide;

-- One row: the brand's rules of contact.
CREATE TABLE decide.policy (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    body jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);

-- One row per journey; `version` takes new customers, older versions are walked to their end.
CREATE TABLE decide.journey (
    key text PRIMARY KEY,
    version integer NOT NULL,
    status text NOT NULL CHECK (status IN ('live', 'paused')),
    changed_at timestamptz NOT NULL
);

-- A published version never changes.
CREATE TABLE decide.journey_version (
    key text NOT NULL REFERENCES decide.journey,
    version integer NOT NULL,
    definition jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (key, version)
);

-- The names of the events that some journey waits for; nothing else is noticed.
CREATE TABLE decide.interest (name text PRIMARY KEY);

-- Events handed over by the pump and not yet played; emptied by every tick.
CREATE TABLE decide.noticed (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    message_id text PRIMARY KEY,
    iid bigint NOT NULL,
    name text NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    store text NOT NULL,
    product_ids text[] NOT NULL,
    categories text[] NOT NULL,
    properties jsonb NOT NULL,
    historic boolean NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
-- A tick takes what was received before its moment, oldest first.
CREATE INDEX noticed_received ON decide.noticed (received_at, seq);
-- A sender asks whether something has happened to a customer that no tick has seen.
CREATE INDEX noticed_iid ON decide.noticed (iid);

-- Events of the last days: told once, and told again to journeys that a merge brings to them.
CREATE TABLE decide.happened (LIKE decide.noticed INCLUDING DEFAULTS);
ALTER TABLE decide.happened DROP COLUMN seq, ADD PRIMARY KEY (message_id);
-- Found by the identifiers of a customer whose links have changed.
CREATE INDEX happened_iid ON decide.happened (iid, received_at);
-- Forgotten by age.
CREATE INDEX happened_received ON decide.happened USING brin (received_at);

-- Identifiers whose customer has changed since the last tick.
CREATE TABLE decide.relinked (iid bigint PRIMARY KEY);

-- How far the ticks have come: everything that takes effect before `until` has been played.
CREATE TABLE decide.position (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    until timestamptz NOT NULL DEFAULT '1970-01-01Z'
);
INSERT INTO decide.position DEFAULT VALUES;

-- Who entered, by which event; where she stands is in `waiting` until she leaves, then here.
CREATE TABLE decide.enrolment (
    id bigint PRIMARY KEY,
    journey text NOT NULL,
    version integer NOT NULL,
    iid bigint NOT NULL,
    entry_key text NOT NULL,
    entered_at timestamptz NOT NULL,
    entry jsonb NOT NULL,
    arm text NOT NULL,
    mixed boolean NOT NULL,
    step text NOT NULL DEFAULT '',
    since timestamptz,
    due timestamptz,
    awaited text NOT NULL DEFAULT '',
    seq integer NOT NULL DEFAULT 0,
    attempt integer NOT NULL DEFAULT 0,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    stopped_by bigint,
    FOREIGN KEY (journey, version) REFERENCES decide.journey_version
) WITH (fillfactor = 85);
-- Everything of one customer is found by her identifiers.
CREATE INDEX enrolment_iid ON decide.enrolment (iid);
-- A journey's goals are counted over those who entered it.
CREATE INDEX enrolment_journey ON decide.enrolment (journey, entered_at);

-- Where everybody stands now: updated in place, so that nothing that changes is indexed and rows have room.
CREATE TABLE decide.waiting (
    iid bigint NOT NULL,
    enrolment bigint NOT NULL,
    step text NOT NULL,
    since timestamptz NOT NULL,
    due timestamptz,
    awaited text NOT NULL,
    seq integer NOT NULL,
    attempt integer NOT NULL,
    suspended_by bigint,
    PRIMARY KEY (iid, enrolment)
) WITH (fillfactor = 70);

-- Hints at when somebody is due; one whose `seq` is not the enrolment's any more is stale and is passed over.
CREATE TABLE decide.due (
    at timestamptz NOT NULL,
    iid bigint NOT NULL,
    enrolment bigint NOT NULL,
    seq integer NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
-- A tick takes those that are due, the earliest first.
CREATE INDEX due_at ON decide.due (at);

-- How many have come to each step and gone from it, kept as they move; `end:...` are the ways out.
CREATE TABLE decide.step_count (
    journey text NOT NULL,
    version integer NOT NULL,
    step text NOT NULL,
    came bigint NOT NULL,
    went bigint NOT NULL,
    PRIMARY KEY (journey, version, step)
) WITH (fillfactor = 50);

-- Every move. `tx` and `n` give the exporter an order in which nothing is committed behind its back.
CREATE TABLE decide.transition (
    n bigint GENERATED ALWAYS AS IDENTITY,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    enrolment bigint NOT NULL,
    seq integer NOT NULL,
    journey text NOT NULL,
    version integer NOT NULL,
    iid bigint NOT NULL,
    customer bigint NOT NULL,
    from_step text NOT NULL,
    to_step text NOT NULL,
    move text NOT NULL,
    cause text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (enrolment, seq)
);
-- A customer's timeline.
CREATE INDEX transition_iid ON decide.transition (iid, at);
-- The exporter's order.
CREATE INDEX transition_order ON decide.transition (tx, n);

-- What is to be said, on its way to a channel.
CREATE TABLE decide.intent (
    id bigint PRIMARY KEY,
    key text NOT NULL UNIQUE,
    op text NOT NULL CHECK (op IN ('send', 'add', 'remove')),
    channel text NOT NULL,
    message text NOT NULL,
    audience text NOT NULL,
    iid bigint NOT NULL,
    customer bigint NOT NULL,
    enrolment bigint NOT NULL,
    journey text NOT NULL,
    version integer NOT NULL,
    step text NOT NULL,
    attempt integer NOT NULL,
    purpose text NOT NULL,
    category text NOT NULL,
    products text[] NOT NULL,
    categories text[] NOT NULL,
    planned_for timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN
        ('planned', 'reserved', 'claimed', 'sent', 'delivered', 'failed', 'unknown', 'cancelled', 'expired')),
    capped boolean NOT NULL,
    priority integer NOT NULL,
    settled_reason text NOT NULL DEFAULT '',
    blocked_by bigint,
    event jsonb NOT NULL,
    detail jsonb NOT NULL,
    leased_by text,
    lease_until timestamptz,
    settled_at timestamptz,
    provider_id text NOT NULL DEFAULT ''
) WITH (fillfactor = 80);
-- Slots under the caps, and what may have to be taken back, by the identifiers of a customer.
CREATE INDEX intent_iid ON decide.intent (iid, planned_for);
-- What an enrolment has planned.
CREATE INDEX intent_enrolment ON decide.intent (enrolment);
-- What can be handed over, the earliest first.
CREATE INDEX intent_ready ON decide.intent (planned_for) WHERE state = 'reserved';
-- Whose sender has not come back.
CREATE INDEX intent_leased ON decide.intent (lease_until) WHERE state = 'claimed';

-- Every state an intent has been in.
CREATE TABLE decide.intent_state (
    n bigint GENERATED ALWAYS AS IDENTITY,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    intent bigint NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL
);
-- The exporter's order.
CREATE INDEX intent_state_order ON decide.intent_state (tx, n);

-- Why: one row per candidate, and one more where a plan was taken back (`revises`).
CREATE TABLE decide.decision (
    n bigint GENERATED ALWAYS AS IDENTITY,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint PRIMARY KEY,
    enrolment bigint NOT NULL,
    journey text NOT NULL,
    version integer NOT NULL,
    step text NOT NULL,
    attempt integer NOT NULL,
    iid bigint NOT NULL,
    customer bigint NOT NULL,
    channel text NOT NULL,
    message text NOT NULL,
    verdict text NOT NULL,
    reason text NOT NULL,
    rule text NOT NULL,
    blocked_by bigint,
    intent bigint,
    revises bigint,
    planned_for timestamptz,
    at timestamptz NOT NULL,
    detail jsonb NOT NULL
);
-- A customer's timeline and her page of decisions.
CREATE INDEX decision_iid ON decide.decision (iid, at);
-- The newest decisions of all.
CREATE INDEX decision_at ON decide.decision (at, id);
-- The exporter's order.
CREATE INDEX decision_order ON decide.decision (tx, n);

-- What is kept from whom until when.
CREATE TABLE decide.suppression (
    id bigint PRIMARY KEY,
    iid bigint NOT NULL,
    subject text NOT NULL,
    value text NOT NULL,
    cause text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    order_id text NOT NULL,
    message_id text NOT NULL,
    lifted_at timestamptz
);
-- Everything that is kept from a customer, by her identifiers.
CREATE INDEX suppression_iid ON decide.suppression (iid, until);

-- Goals that came true, each once per enrolment.
CREATE TABLE decide.goal (
    enrolment bigint NOT NULL,
    goal smallint NOT NULL,
    iid bigint NOT NULL,
    at timestamptz NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (enrolment, goal)
);

-- Up to where each log has been copied to ClickHouse, and the batch that is being copied.
CREATE TABLE decide.export (
    log text PRIMARY KEY,
    tx xid8 NOT NULL DEFAULT '0',
    n bigint NOT NULL DEFAULT 0,
    to_tx xid8,
    to_n bigint
);
INSERT INTO decide.export (log) VALUES ('transition'), ('decision'), ('intent_state');
