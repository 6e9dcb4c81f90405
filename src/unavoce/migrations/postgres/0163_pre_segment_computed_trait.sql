-- Traits that are worked out from events; `swept_at` is empty until everybody was looked at.
CREATE TABLE segment.computed_trait (
    key text PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
    name jsonb NOT NULL,
    definition jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    swept_at timestamptz
);
