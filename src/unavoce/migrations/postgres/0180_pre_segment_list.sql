-- A list of identifiers that somebody uploaded; `copied` is the last version that ClickHouse has.
CREATE TABLE segment.list (
    key text PRIMARY KEY CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    copied integer NOT NULL DEFAULT 0,
    uploaded_at timestamptz NOT NULL,
    uploaded_by text NOT NULL
);

-- Who is on it: the identifier's number alone, never its value; the customer is looked up, so it follows merges.
-- Who was taken off keeps a row that says so.
CREATE TABLE segment.list_entry (
    list text NOT NULL REFERENCES segment.list (key),
    iid bigint NOT NULL,
    kind text NOT NULL,
    present boolean NOT NULL DEFAULT true,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (list, iid)
);

-- What has not been copied yet.
CREATE INDEX list_entry_version ON segment.list_entry (list, version);
