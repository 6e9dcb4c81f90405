CREATE SCHEMA access;

COMMENT ON SCHEMA access IS 'The people of the team: who they are, what they may do and what they did.';

-- Regions hold regions or stores; a person's scope is any set of these.
CREATE TABLE access.place (
    key text PRIMARY KEY,
    parent text REFERENCES access.place (key),
    kind text NOT NULL CHECK (kind IN ('region', 'store')),
    name text NOT NULL
);

CREATE INDEX place_parent ON access.place (parent);

-- The stores at or below some places, in order; NULL (everywhere) stays NULL.
CREATE FUNCTION access.stores_under(places text[]) RETURNS text[]
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE WHEN places IS NULL THEN NULL ELSE ARRAY(
        WITH RECURSIVE under AS (
            SELECT key, kind FROM access.place WHERE key = ANY (places)
            UNION
            SELECT child.key, child.kind FROM access.place AS child JOIN under ON child.parent = under.key
        )
        SELECT key FROM under WHERE kind = 'store' ORDER BY key
    ) END;
END;

CREATE TABLE access.person (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    places text[],
    language text NOT NULL,
    password text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz,
    left_at timestamptz
);

-- An address is free again once its person has left.
CREATE UNIQUE INDEX person_email ON access.person (email) WHERE left_at IS NULL;

-- Only digests of tokens are kept: whoever reads this table can log in as nobody.
CREATE TABLE access.session (
    token bytea PRIMARY KEY,
    person uuid NOT NULL REFERENCES access.person (id) ON DELETE CASCADE,
    csrf text NOT NULL,
    ip text NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);

CREATE INDEX session_person ON access.session (person);
CREATE INDEX session_opened_at ON access.session (opened_at);

-- Failed log-ins by e-mail address and by network address.
CREATE TABLE access.failed_login (
    who text PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);

CREATE TABLE access.api_key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    prefix text NOT NULL,
    digest bytea NOT NULL UNIQUE,
    role text NOT NULL,
    places text[],
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- Append-only: the name is written out, because people leave.
CREATE TABLE access.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    person text,
    name text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    detail jsonb NOT NULL,
    ip text NOT NULL
);

CREATE INDEX audit_person ON access.audit (person, id);
CREATE INDEX audit_target ON access.audit (target, id);
