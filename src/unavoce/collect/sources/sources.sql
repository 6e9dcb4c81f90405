-- sources --
-- Every source.
SELECT id, key, name, kind, write_key, old_write_key, old_key_until, paused_at, events_per_second, measurement_id
FROM collect.source ORDER BY id;

-- add_source --
-- Make a source unless there is one with this key.
INSERT INTO collect.source (key, name, kind, write_key) VALUES (%(key)s, %(name)s, %(kind)s, %(write_key)s)
ON CONFLICT (key) DO NOTHING;

-- source_with_key --
-- The source with this key.
SELECT id, key, name, kind, write_key, old_write_key, old_key_until, paused_at, events_per_second, measurement_id
FROM collect.source WHERE key = %(key)s;

-- source --
-- One source, held until the transaction ends.
SELECT id, key, name, kind, write_key, old_write_key, old_key_until, paused_at, events_per_second, measurement_id
FROM collect.source WHERE id = %(id)s FOR UPDATE;

-- measured_by --
-- Which other source goes by a measurement id.
SELECT key FROM collect.source WHERE measurement_id = %(measurement_id)s AND id <> %(id)s;

-- change --
-- What the team can change of a source, all of it.
UPDATE collect.source SET name = %(name)s, write_key = %(write_key)s, old_write_key = %(old_write_key)s,
    old_key_until = %(old_key_until)s, paused_at = %(paused_at)s, events_per_second = %(events_per_second)s,
    measurement_id = %(measurement_id)s
WHERE id = %(id)s;
