-- computed_traits --
-- Every trait that is worked out.
SELECT key, name, definition, created_by, created_at, swept_at FROM segment.computed_trait ORDER BY key

-- add_computed_trait --
-- A trait that is worked out from now on.
INSERT INTO segment.computed_trait (key, name, definition, created_by, created_at)
VALUES (%(key)s, %(name)s, %(definition)s, %(by)s, %(at)s)
ON CONFLICT (key) DO NOTHING

-- drop_computed_trait --
-- A trait that is worked out no longer.
DELETE FROM segment.computed_trait WHERE key = %(key)s

-- swept --
-- Everybody has been looked at.
UPDATE segment.computed_trait SET swept_at = %(at)s WHERE key = %(key)s
