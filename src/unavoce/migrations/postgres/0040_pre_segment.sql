CREATE SCHEMA segment;

COMMENT ON SCHEMA segment IS 'Which customers: definitions, who is in, who went in and out and why.';

-- What days and amounts in definitions mean: the brand's zone and currency.
CREATE TABLE segment.terms (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    zone text NOT NULL,
    currency text NOT NULL
);

INSERT INTO segment.terms (zone, currency) VALUES ('UTC', 'USD');

-- A named rule that says who is in; `swept_at` is empty until everybody was looked at under this version.
CREATE TABLE segment.segment (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name jsonb NOT NULL,
    description jsonb NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1,
    status text NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'retired')),
    created_at timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    swept_at timestamptz,
    replayed_at timestamptz
);

-- Who is in, under the identifier she had as her id when she entered: a merge and its undo rewrite nothing.
CREATE TABLE segment.member (
    segment integer NOT NULL REFERENCES segment.segment (id),
    iid bigint NOT NULL,
    since timestamptz NOT NULL,
    cause text NOT NULL,
    cause_kind text NOT NULL,
    PRIMARY KEY (segment, iid)
);

-- The segments of a customer, by any of her identifiers.
CREATE INDEX member_iid ON segment.member (iid);

-- The members of a segment, newest first.
CREATE INDEX member_since ON segment.member (segment, since, iid);

-- The only output: who went in or out, when and why. Ids are given under a lock, so they commit in order.
CREATE TABLE segment.flip (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    segment integer NOT NULL REFERENCES segment.segment (id),
    version integer NOT NULL,
    customer bigint NOT NULL,
    iid bigint NOT NULL,
    direction text NOT NULL CHECK (direction IN ('entered', 'left')),
    at timestamptz NOT NULL,
    cause text NOT NULL,
    cause_kind text NOT NULL CHECK (cause_kind IN ('event', 'timer', 'definition', 'link'))
);

-- A customer's ins and outs, latest first.
CREATE INDEX flip_iid ON segment.flip (iid, at);

-- A segment's ins and outs over time.
CREATE INDEX flip_segment ON segment.flip (segment, at);

-- How large a segment was at the end of an hour; `replayed` when it was worked out afterwards from the events.
CREATE TABLE segment.size_point (
    segment integer NOT NULL REFERENCES segment.segment (id),
    at timestamptz NOT NULL,
    size bigint NOT NULL,
    replayed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (segment, at)
);

-- How far time has been followed, and which flips were copied to ClickHouse; `pinned` is the batch being copied.
CREATE TABLE segment.progress (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    swept_until timestamptz,
    copied bigint NOT NULL DEFAULT 0,
    pinned bigint
);

INSERT INTO segment.progress DEFAULT VALUES;
