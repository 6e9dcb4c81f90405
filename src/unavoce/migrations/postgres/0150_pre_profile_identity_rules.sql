-- Rules of identity as the brand has published them; without a row the built-in ones hold.
CREATE TABLE profile.identity_rules (
    version integer PRIMARY KEY CHECK (version > 0),
    body jsonb NOT NULL,
    note text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL
);

-- What is worked off in the background: trying rules on a copy, applying published ones, looking for duplicates.
CREATE TABLE profile.identity_work (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('trial', 'rules', 'likeness')),
    body jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'working', 'done', 'cancelled', 'failed')) DEFAULT 'waiting',
    total bigint NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,
    cursor bigint NOT NULL DEFAULT 0,
    result jsonb NOT NULL DEFAULT '{}',
    by text NOT NULL,
    at timestamptz NOT NULL,
    finished_at timestamptz
);

-- The next piece of work.
CREATE INDEX identity_work_open ON profile.identity_work (id) WHERE state IN ('waiting', 'working');

-- The identifiers around which published rules may change customers; a row goes when it has been looked at.
CREATE TABLE profile.identity_seed (
    work bigint NOT NULL,
    iid bigint NOT NULL,
    PRIMARY KEY (work, iid)
);

-- `blocked`: a rule of the brand's forbids that it joins anybody. `filled`: a hub of which no more evidence is kept.
ALTER TABLE profile.identifier
    ADD COLUMN blocked boolean NOT NULL DEFAULT false,
    ADD COLUMN filled boolean NOT NULL DEFAULT false;

-- The list of hubs.
CREATE INDEX identifier_hub ON profile.identifier (iid) WHERE hub OR blocked;

-- A merge may be taken back, and a rule may block a value.
ALTER TABLE profile.edge DROP CONSTRAINT edge_refusal_check;
ALTER TABLE profile.edge ADD CONSTRAINT edge_refusal_check
    CHECK (refusal IN ('hub', 'limit', 'separated', 'blocked', 'undone'));

-- What an edge was refused for, to find where other rules would decide otherwise.
CREATE INDEX edge_limit ON profile.edge (a) WHERE refusal = 'limit';

-- What made an identifier change hands, and what made it do so again.
ALTER TABLE profile.link_log
    ADD COLUMN cause text NOT NULL DEFAULT '',
    ADD COLUMN until_cause text NOT NULL DEFAULT '';

-- Who else's identifiers were ever a customer's.
CREATE INDEX link_log_customer ON profile.link_log (customer);
