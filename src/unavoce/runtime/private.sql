-- find_idempotency --
-- Kept answers to writes that name her.
SELECT jsonb_build_object('at', kept.at, 'status', kept.status) FROM runtime.idempotency AS kept
WHERE privacy.mentions(kept.answer, %(patterns)s::text[])

-- erase_idempotency --
-- The same; a write under its key would be done anew.
DELETE FROM runtime.idempotency AS kept WHERE privacy.mentions(kept.answer, %(patterns)s::text[])
