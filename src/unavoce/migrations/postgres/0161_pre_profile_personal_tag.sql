-- What the brand says of names of traits, kinds of identifiers and event properties, in place of what is assumed: which
-- personal data they hold; an empty tag means none.
CREATE TABLE profile.personal_tag (
    what text NOT NULL CHECK (what IN ('trait', 'identifier', 'property')),
    name text NOT NULL CHECK (name <> ''),
    tag text NOT NULL CHECK (tag IN ('', 'name', 'email', 'phone', 'birthday', 'address', 'id', 'other')),
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (what, name)
);
