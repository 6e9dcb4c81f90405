-- A definition that is worked on and not published.
CREATE TABLE segment.draft (
    key text PRIMARY KEY CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name jsonb NOT NULL,
    description jsonb NOT NULL,
    definition jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by text NOT NULL
);

-- The face that was drawn of a segment, for everybody (an empty scope) or for those who see some stores.
CREATE TABLE segment.persona (
    segment integer NOT NULL REFERENCES segment.segment (id),
    scope text NOT NULL,
    card jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (segment, scope)
);

-- Which identifiers were ever met, for other contexts: without their values.
CREATE VIEW profile.v_known AS SELECT iid, kind FROM profile.identifier;
