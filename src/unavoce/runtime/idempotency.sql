-- reserve --
-- Say that the first request with this key is under way, unless there was one.
INSERT INTO runtime.idempotency (key, person, request, at) VALUES (%(key)s, %(person)s, %(request)s, %(at)s)
ON CONFLICT (person, key) DO NOTHING;

-- kept --
-- The first request with this key and its answer.
SELECT request, status, content_type, answer, at FROM runtime.idempotency
WHERE key = %(key)s AND person = %(person)s;

-- keep --
-- Keep the answer to the first request with this key.
UPDATE runtime.idempotency SET status = %(status)s, content_type = %(content_type)s, answer = %(answer)s
WHERE key = %(key)s AND person = %(person)s;

-- release --
-- Let the key be tried again, because the first request came to nothing.
DELETE FROM runtime.idempotency WHERE key = %(key)s AND person = %(person)s AND status IS NULL;

-- forget --
-- Drop a few answers that are too old to be asked for again; each write clears up a little.
DELETE FROM runtime.idempotency WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM runtime.idempotency WHERE at < %(before)s ORDER BY at LIMIT 20 FOR UPDATE SKIP LOCKED
));

-- forget_abandoned --
-- Let a key be tried again whose first request was killed in the middle.
DELETE FROM runtime.idempotency
WHERE key = %(key)s AND person = %(person)s AND status IS NULL AND at < %(before)s;
