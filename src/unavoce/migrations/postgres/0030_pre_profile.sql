CREATE SCHEMA profile;

COMMENT ON SCHEMA profile IS 'Who it is: identifiers, the evidence that joins them, traits and consent.';

-- A typed value that points to a customer. Rows hardly ever change: only an earlier sighting or becoming a hub.
CREATE TABLE profile.identifier (
    iid bigint PRIMARY KEY,
    kind text NOT NULL,
    value text NOT NULL,
    rank smallint NOT NULL,
    first_seen timestamptz NOT NULL,
    hub boolean NOT NULL DEFAULT false,
    CHECK (iid > 0)
);

-- Search by the beginning of an e-mail, phone, card or id, whatever the collation.
CREATE INDEX identifier_value ON profile.identifier (value text_pattern_ops);

-- The list of customers in the order they were first met.
CREATE INDEX identifier_first_seen ON profile.identifier (first_seen, iid);

-- Two different identifiers that hash to one number: the later one is kept out here and never joined to anybody.
CREATE TABLE profile.collision (
    iid bigint NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (iid, kind, value)
);

-- When an identifier was last met, to the minute: apart from the identifier, because it changes all the time.
CREATE TABLE profile.sighting (
    iid bigint PRIMARY KEY,
    last_seen timestamptz NOT NULL
) WITH (fillfactor = 80);

-- The list of customers, latest first.
CREATE INDEX sighting_last_seen ON profile.sighting (last_seen, iid);

-- Evidence that two identifiers belong to one person: a fact, never deleted. `turn` says when it is taken (the surer,
-- the sooner), `refusal` why it joins nobody.
CREATE TABLE profile.edge (
    a bigint NOT NULL,
    b bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('merge', 'alias', 'together')),
    turn smallint NOT NULL,
    at timestamptz NOT NULL,
    message_id text NOT NULL,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    refusal text CHECK (refusal IN ('hub', 'limit', 'separated')),
    PRIMARY KEY (a, b, kind),
    CHECK (a < b)
);

-- Walking the evidence from its other end.
CREATE INDEX edge_b ON profile.edge (b);

-- The customer of every identifier that is not its own customer; the anonymous majority has no row.
CREATE TABLE profile.link (
    iid bigint PRIMARY KEY,
    customer bigint NOT NULL,
    CHECK (iid <> customer)
);

-- All identifiers of a customer.
CREATE INDEX link_customer ON profile.link (customer) INCLUDE (iid);

-- What the links were at any past moment; no row means that the identifier was its own customer.
CREATE TABLE profile.link_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    iid bigint NOT NULL,
    customer bigint NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz
);

-- Closing the open row of an identifier, of which there is one at most.
CREATE UNIQUE INDEX link_log_open ON profile.link_log (iid) WHERE until_at IS NULL;

-- The links of an identifier at a past moment.
CREATE INDEX link_log_iid ON profile.link_log (iid, from_at);

-- A person's decision that some identifiers are somebody else's, until it is undone.
CREATE TABLE profile.separation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL,
    identifiers bigint[] NOT NULL,
    by text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    undone_by text,
    undone_at timestamptz
);

-- Which side of a separation an identifier stands on: nothing may join the two while it holds.
CREATE TABLE profile.separated (
    iid bigint NOT NULL,
    separation bigint NOT NULL REFERENCES profile.separation (id),
    apart boolean NOT NULL,
    PRIMARY KEY (iid, separation)
);

-- What a separation moved, to undo it.
CREATE INDEX separated_separation ON profile.separated (separation);

-- The newest value each source gave for each trait, under the identifier it was said of.
CREATE TABLE profile.trait (
    iid bigint NOT NULL,
    key text NOT NULL,
    source text NOT NULL,
    priority smallint NOT NULL,
    value jsonb NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (iid, key, source, priority)
);

-- Search by the beginning of a name.
CREATE INDEX trait_name ON profile.trait (lower(value #>> '{}') text_pattern_ops)
WHERE key IN ('name', 'first_name', 'last_name', 'firstName', 'lastName');

-- What was allowed and forbidden, by whom it was said and on what evidence; `slot` makes a repetition no new row.
CREATE TABLE profile.consent (
    iid bigint NOT NULL,
    channel text NOT NULL,
    purpose text NOT NULL,
    slot text NOT NULL,
    state text NOT NULL CHECK (state IN ('granted', 'denied')),
    evidence text NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (iid, channel, purpose, slot)
);

-- Which traits exist at all, by skipping from one key to the next.
CREATE INDEX trait_key ON profile.trait (key);
