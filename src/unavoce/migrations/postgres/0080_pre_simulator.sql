CREATE SCHEMA simulator;

COMMENT ON SCHEMA simulator IS 'What providers, phones, mailboxes and tills would remember; a sandbox, never a customer''s truth.';

-- How the simulator reaches the brand and is reached: addresses, keys, quota, faults to play.
CREATE TABLE simulator.setup (
    key text PRIMARY KEY,
    value jsonb NOT NULL
);

CREATE TABLE simulator.phone (
    line_user_id text PRIMARY KEY,
    name text NOT NULL,
    blocked boolean NOT NULL DEFAULT false,
    touched_at timestamptz NOT NULL
);

-- The console shows the phones that were touched last.
CREATE INDEX phone_touched ON simulator.phone (touched_at DESC);

CREATE TABLE simulator.chat (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line_user_id text NOT NULL REFERENCES simulator.phone,
    at timestamptz NOT NULL,
    sender text NOT NULL CHECK (sender IN ('brand', 'customer')),
    message jsonb NOT NULL,
    request_id text,
    read_at timestamptz
);

-- One phone's messages, newest first.
CREATE INDEX chat_of_phone ON simulator.chat (line_user_id, id DESC);

-- LINE remembers a retry key for a day and answers 409 when it comes again.
CREATE TABLE simulator.retry_key (
    key uuid PRIMARY KEY,
    request_id text NOT NULL,
    at timestamptz NOT NULL
);

CREATE TABLE simulator.reply_token (
    token text PRIMARY KEY,
    line_user_id text NOT NULL,
    at timestamptz NOT NULL,
    used boolean NOT NULL DEFAULT false
);

CREATE TABLE simulator.quota (
    month date PRIMARY KEY,
    used bigint NOT NULL
);

CREATE TABLE simulator.letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text NOT NULL,
    at timestamptz NOT NULL,
    raw bytea NOT NULL,
    opened_at timestamptz
);

-- One mailbox, newest letter first.
CREATE INDEX letter_of_mailbox ON simulator.letter (address, id DESC);

CREATE TABLE simulator.sale (
    order_id text PRIMARY KEY,
    at timestamptz NOT NULL,
    store_id text NOT NULL,
    loyalty_card text,
    call jsonb NOT NULL,
    returned_at timestamptz
);

CREATE TABLE simulator.ad_member (
    audience text NOT NULL,
    member text NOT NULL,
    hashed jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (audience, member)
);

-- Calls the simulator owes somebody: LINE's webhooks and the tills' events; kept until they were taken.
CREATE TABLE simulator.outgoing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url text NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL
);

-- What is owed next.
CREATE INDEX outgoing_due ON simulator.outgoing (due_at);

-- Numbers LINE's webhook events, so that no two have one id.
CREATE SEQUENCE simulator.event;
