-- Where a brand asks twice: since when a yes on this channel counts only once it has been confirmed, and for how many
-- days the link that confirms it is good.
CREATE TABLE profile.consent_rule (
    channel text PRIMARY KEY,
    since timestamptz NOT NULL,
    link_days integer NOT NULL CHECK (link_days BETWEEN 1 AND 365),
    changed_by text NOT NULL
);

-- How much sources are believed, in place of what their kind says: 1 is surest.
CREATE TABLE profile.source_rank (
    source text PRIMARY KEY,
    rank smallint NOT NULL CHECK (rank BETWEEN 1 AND 100),
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);
