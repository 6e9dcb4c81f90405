-- lock --
-- Wait for a named lock and hold it to the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0));

-- try_lock --
-- Take a named lock if nobody has it.
SELECT pg_try_advisory_xact_lock(hashtextextended(%(name)s, 0));

-- notify --
-- Wake whoever listens on a channel when this transaction is committed.
SELECT pg_notify(%(channel)s, %(payload)s);

-- has_migrations --
-- Whether any migration has ever run here.
SELECT to_regclass('runtime.migration') IS NOT NULL;

-- migrations --
-- Every migration that has run, with the checksum of its text then.
SELECT engine, name, checksum FROM runtime.migration ORDER BY engine, name;

-- record_migration --
-- Remember that a migration has run.
INSERT INTO runtime.migration (engine, name, checksum) VALUES (%(engine)s, %(name)s, %(checksum)s);

-- setting --
-- The value kept under a key.
SELECT value FROM runtime.settings WHERE key = %(key)s;

-- keep_setting --
-- Keep a value under a key, in place of what was there.
INSERT INTO runtime.settings (key, value) VALUES (%(key)s, %(value)s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- first_setting --
-- Keep a value under a key unless there is one already.
INSERT INTO runtime.settings (key, value) VALUES (%(key)s, %(value)s) ON CONFLICT (key) DO NOTHING;
