CREATE SCHEMA runtime;

COMMENT ON SCHEMA runtime IS 'What the machinery itself must remember.';

CREATE TABLE runtime.migration (
    engine text NOT NULL CHECK (engine IN ('postgres', 'clickhouse')),
    name text NOT NULL,
    checksum text NOT NULL,
    ran_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (engine, name)
);

CREATE TABLE runtime.settings (
    key text PRIMARY KEY,
    value jsonb NOT NULL
);

-- The brand's own key: identifiers become numbers under it, so that nobody else can guess them.
INSERT INTO runtime.settings (key, value)
VALUES ('brand_key', to_jsonb(
    replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
));

-- The first answer to each write, replayed when the same key comes again.
CREATE TABLE runtime.idempotency (
    key text NOT NULL,
    person text NOT NULL,
    request bytea NOT NULL,
    status integer,
    content_type text,
    answer bytea,
    at timestamptz NOT NULL,
    PRIMARY KEY (person, key)
);

CREATE INDEX idempotency_at ON runtime.idempotency (at);
