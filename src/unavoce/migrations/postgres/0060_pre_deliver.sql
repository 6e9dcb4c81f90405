CREATE SCHEMA deliver;

COMMENT ON SCHEMA deliver IS 'Saying it: what was handed over to whom, what became of it, and how channels are connected.';

-- What each customer really got: written before it is handed over, so that a second attempt says the same.
CREATE TABLE deliver.message (
    key text PRIMARY KEY,
    intent bigint NOT NULL,
    op text NOT NULL CHECK (op IN ('send', 'add', 'remove')),
    iid bigint NOT NULL,
    channel text NOT NULL,
    message text NOT NULL,
    audience text NOT NULL,
    journey text NOT NULL,
    version integer NOT NULL,
    step text NOT NULL,
    purpose text NOT NULL,
    category text NOT NULL,
    products text[] NOT NULL,
    language text NOT NULL,
    to_kind text NOT NULL,
    to_address text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    html text NOT NULL,
    blocks jsonb NOT NULL,
    headers jsonb NOT NULL,
    metadata jsonb NOT NULL,
    token text NOT NULL UNIQUE,
    bundle text,
    state text NOT NULL CHECK (state IN ('handing', 'delayed', 'sent', 'failed', 'unknown')),
    word text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    provider_id text,
    attempts integer NOT NULL,
    first_handed_at timestamptz NOT NULL,
    handed_at timestamptz NOT NULL,
    settled_at timestamptz
) WITH (fillfactor = 80);

-- A customer's messages, newest first, for her timeline.
CREATE INDEX message_of_iid ON deliver.message (iid, handed_at DESC);

-- A bounce names only the address.
CREATE INDEX message_to ON deliver.message (channel, to_address, handed_at DESC);

-- A bundle is handed over again as a whole or not at all.
CREATE INDEX message_bundle ON deliver.message (bundle) WHERE bundle IS NOT NULL;

CREATE TABLE deliver.receipt (
    id text PRIMARY KEY,
    key text NOT NULL REFERENCES deliver.message,
    word text NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    detail jsonb NOT NULL
);

-- What became of one message.
CREATE INDEX receipt_of_message ON deliver.receipt (key, at);

-- Addresses that must not be written to, whoever they belong to.
CREATE TABLE deliver.address_state (
    channel text NOT NULL,
    address text NOT NULL,
    state text NOT NULL CHECK (state IN ('bounced', 'complained', 'unsubscribed')),
    at timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (channel, address, state)
);

CREATE TABLE deliver.link (
    token text PRIMARY KEY,
    key text NOT NULL REFERENCES deliver.message,
    url text NOT NULL
);

CREATE TABLE deliver.audience (
    key text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- Who comes into an ad audience and who leaves it, in order; platforms apply the rows one after the other.
CREATE TABLE deliver.audience_row (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    audience text NOT NULL REFERENCES deliver.audience,
    iid bigint NOT NULL,
    op text NOT NULL CHECK (op IN ('add', 'remove')),
    hashed jsonb NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL
);

-- The rows of one audience in their order, and the last row of each member.
CREATE INDEX audience_row_of ON deliver.audience_row (audience, id);
CREATE INDEX audience_row_last ON deliver.audience_row (audience, iid, id DESC);

-- Prompts for store associates: kept until they are shown, answered or too old.
CREATE TABLE deliver.prompt (
    key text PRIMARY KEY REFERENCES deliver.message,
    intent bigint NOT NULL,
    iid bigint NOT NULL,
    store text NOT NULL DEFAULT '',
    kept_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    shown_at timestamptz,
    answer text,
    answered_at timestamptz
);

-- The prompts of the customer who stands in front of the associate.
CREATE INDEX prompt_of_iid ON deliver.prompt (iid, until);

-- How channels are connected; secrets are encrypted under the deployment's key.
CREATE TABLE deliver.channel_settings (
    channel text PRIMARY KEY,
    enabled boolean NOT NULL,
    given jsonb NOT NULL,
    secrets bytea,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
);
