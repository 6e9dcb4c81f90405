-- What the brand says: messages with a variant per channel and language, and the brand kit.
CREATE SCHEMA content;

CREATE TABLE content.message (
    key text PRIMARY KEY,
    name jsonb NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('marketing', 'transactional')),
    category text NOT NULL,
    trigger text NOT NULL,
    offer jsonb NOT NULL,
    fallback jsonb NOT NULL,
    published_at timestamptz NOT NULL
);

CREATE TABLE content.variant (
    message text NOT NULL REFERENCES content.message ON DELETE CASCADE,
    channel text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    html text NOT NULL,
    blocks jsonb NOT NULL,
    PRIMARY KEY (message, channel, language)
);

-- One row: how the brand presents itself.
CREATE TABLE content.brand (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    body jsonb NOT NULL,
    changed_at timestamptz NOT NULL
);
