CREATE SCHEMA privacy;

COMMENT ON SCHEMA privacy IS 'Her data is hers: requests to export or erase, their proofs, and who must not come back by an import.';

-- Whether some text names a person, by patterns over its bytes in PostgreSQL's escape form, so that any bytes can be read.
CREATE FUNCTION privacy.mentions(content bytea, patterns text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(content, 'escape') ~ ANY (patterns);

-- A request to export or to erase. What leads to the person is kept only while it is needed: `traces` is emptied at the
-- end, and `who` is a keyed hash.
CREATE TABLE privacy.request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('export', 'erase')),
    state text NOT NULL CHECK (state IN ('asked', 'confirmed', 'running', 'done', 'failed', 'cancelled')),
    who bytea NOT NULL,
    asked_by text NOT NULL,
    asked_by_id text,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    confirmed_by text,
    confirmed_at timestamptz,
    begun_at timestamptz,
    done_at timestamptz,
    traces jsonb,
    heads jsonb,
    step text NOT NULL DEFAULT '',
    progress integer NOT NULL DEFAULT 0,
    tables jsonb NOT NULL DEFAULT '[]',
    error text NOT NULL DEFAULT '',
    receipt jsonb,
    CHECK (traces IS NULL OR state NOT IN ('done', 'cancelled'))
);

-- What is to be done next.
CREATE INDEX request_open ON privacy.request (id) WHERE state IN ('confirmed', 'running');

-- Identifiers of people who were erased, as keyed hashes: an import that brings one back is turned away.
CREATE TABLE privacy.forgotten (
    hash bytea PRIMARY KEY,
    request bigint NOT NULL REFERENCES privacy.request,
    at timestamptz NOT NULL
);

-- How many events were turned away because of them, by day and kind of source.
CREATE TABLE privacy.turned_away (
    day date NOT NULL,
    kind text NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (day, kind)
);

-- A person's file, until it has been fetched or is too old.
CREATE TABLE privacy.file (
    request bigint PRIMARY KEY REFERENCES privacy.request,
    iids bigint[] NOT NULL,
    content bytea NOT NULL,
    made_at timestamptz NOT NULL,
    until timestamptz NOT NULL
);
