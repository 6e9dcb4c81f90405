-- Two customers who are probably one person, until somebody has decided. The pair is kept by immutable identifiers.
CREATE TABLE profile.suggestion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    one bigint NOT NULL,
    other bigint NOT NULL,
    score double precision NOT NULL,
    chance double precision NOT NULL,
    evidence jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'rejected')) DEFAULT 'open',
    found_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    UNIQUE (one, other),
    CHECK (one < other)
);

-- The queue, surest first, and what was decided last.
CREATE INDEX suggestion_queue ON profile.suggestion (state, score DESC, id);

-- What a pair is looked up by.
CREATE INDEX suggestion_other ON profile.suggestion (other);

-- What customers look like while duplicates are looked for: emptied when the search is over.
CREATE UNLOGGED TABLE profile.likeness_face (
    customer bigint NOT NULL,
    field text NOT NULL,
    value text NOT NULL
);
CREATE INDEX likeness_face_customer ON profile.likeness_face (customer);
CREATE INDEX likeness_face_value ON profile.likeness_face (field, value);

-- The pairs that are compared in a search; `sampled` ones are drawn to learn how alike strangers are.
CREATE UNLOGGED TABLE profile.likeness_pair (
    one bigint NOT NULL,
    other bigint NOT NULL,
    sampled boolean NOT NULL
);
