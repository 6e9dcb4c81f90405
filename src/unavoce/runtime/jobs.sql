-- ask --
-- Ask for a piece of long work.
INSERT INTO runtime.job (kind, state, title, asked_by, asked_by_name, asked_at, wish)
VALUES (%(kind)s, 'waiting', %(title)s, %(by)s, %(by_name)s, %(at)s, %(wish)s)
RETURNING id::text

-- note --
-- Work that was done elsewhere, for the list of past work.
INSERT INTO runtime.job (kind, state, title, asked_by, asked_by_name, asked_at, began_at, ended_at, wish, outcome)
VALUES (%(kind)s, 'done', %(title)s, %(by)s, %(by_name)s, %(at)s, %(at)s, %(at)s, %(wish)s, %(outcome)s)
RETURNING id::text

-- job --
-- One job of a kind.
SELECT id::text, kind, state, title, asked_by, asked_by_name, asked_at, began_at, ended_at, wish, progress, outcome,
    trouble, stopping
FROM runtime.job WHERE kind = %(kind)s AND id::text = %(id)s

-- jobs --
-- The jobs of a kind, newest first, of one person or of all.
SELECT id::text, kind, state, title, asked_by, asked_by_name, asked_at, began_at, ended_at, wish, progress, outcome,
    trouble, stopping
FROM runtime.job
WHERE kind = %(kind)s AND (%(by)s::text IS NULL OR asked_by = %(by)s)
    AND (%(before)s::timestamptz IS NULL OR (asked_at, id::text) < (%(before)s, %(below)s))
ORDER BY asked_at DESC, id::text DESC
LIMIT %(most)s

-- claim --
-- The next job of a kind: one that a restart has interrupted, or the one that waits longest.
UPDATE runtime.job SET state = 'running', began_at = coalesce(began_at, %(now)s)
WHERE id = (
    SELECT id FROM runtime.job WHERE kind = %(kind)s AND state IN ('waiting', 'running')
    ORDER BY state = 'running' DESC, asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id::text, kind, state, title, asked_by, asked_by_name, asked_at, began_at, ended_at, wish, progress, outcome,
    trouble, stopping

-- tell --
-- How far a job is; answers whether somebody wants it stopped.
UPDATE runtime.job SET progress = %(progress)s WHERE id::text = %(id)s RETURNING stopping

-- end --
-- A job has come to an end, or to a question.
UPDATE runtime.job
SET state = %(state)s, ended_at = %(now)s, outcome = outcome || %(outcome)s, trouble = %(trouble)s, stopping = false
WHERE id::text = %(id)s

-- go_on --
-- A job that asked a person is to go on.
UPDATE runtime.job
SET state = 'waiting', wish = wish || %(wish)s, progress = '{}', began_at = NULL, ended_at = NULL
WHERE kind = %(kind)s AND id::text = %(id)s AND state = 'asking'

-- stop --
-- Somebody wants a job stopped: at once where it does not run, else at its next step.
UPDATE runtime.job
SET stopping = state = 'running', state = CASE WHEN state = 'running' THEN 'running' ELSE 'cancelled' END,
    ended_at = CASE WHEN state = 'running' THEN NULL ELSE %(now)s::timestamptz END
WHERE kind = %(kind)s AND id::text = %(id)s AND state IN ('waiting', 'running', 'asking')
