-- Long work that people ask for: it shows how far it is, can be stopped, and goes on after a restart.
CREATE TABLE runtime.job (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'asking', 'done', 'failed', 'cancelled')),
    title text NOT NULL,
    asked_by text NOT NULL,
    asked_by_name text NOT NULL,
    asked_at timestamptz NOT NULL,
    began_at timestamptz,
    ended_at timestamptz,
    wish jsonb NOT NULL,
    progress jsonb NOT NULL DEFAULT '{}',
    outcome jsonb NOT NULL DEFAULT '{}',
    trouble jsonb,
    stopping boolean NOT NULL DEFAULT false
);

-- What is to be done next.
CREATE INDEX job_open ON runtime.job (kind, asked_at) WHERE state IN ('waiting', 'running');

-- The list of one kind, newest first.
CREATE INDEX job_listed ON runtime.job (kind, asked_at DESC, id);
