-- version --
-- The newest version of the whole plan.
SELECT max(version) FROM collect.plan;

-- rules_at --
-- What a version of the plan says of each event.
SELECT newest.name, newest.version, newest.plan_version, newest.mode, newest.schema, newest.retired, plan.published_at,
    plan.published_by
FROM (
    SELECT DISTINCT ON (rule.name) rule.name, rule.version, rule.plan_version, rule.mode, rule.schema, rule.retired
    FROM collect.plan_rule AS rule
    WHERE rule.plan_version <= %(version)s
    ORDER BY rule.name, rule.plan_version DESC
) AS newest
JOIN collect.plan ON plan.version = newest.plan_version
WHERE NOT newest.retired
ORDER BY newest.name;

-- sources_at --
-- How strictly a version of the plan takes each source where a rule does not say.
SELECT DISTINCT ON (source_id) source_id, source.key AS source, mode
FROM collect.plan_source JOIN collect.source ON source.id = source_id
WHERE plan_version <= %(version)s
ORDER BY source_id, plan_version DESC;

-- rules_of --
-- Every published version of one event's rule, the newest first.
SELECT rule.name, rule.version, rule.plan_version, rule.mode, rule.schema, rule.retired, plan.published_at,
    plan.published_by
FROM collect.plan_rule AS rule JOIN collect.plan ON plan.version = rule.plan_version
WHERE rule.name = %(name)s
ORDER BY rule.version DESC;

-- drafts --
-- What is being worked on: all, or of one name.
SELECT name, mode, schema, changed_at, changed_by FROM collect.plan_draft
WHERE %(name)s::text IS NULL OR name = %(name)s
ORDER BY name;

-- save_draft --
-- Keep a draft in the place of the one before.
INSERT INTO collect.plan_draft (name, mode, schema, changed_at, changed_by)
VALUES (%(name)s, %(mode)s, %(schema)s, %(changed_at)s, %(changed_by)s)
ON CONFLICT (name) DO UPDATE SET mode = excluded.mode, schema = excluded.schema, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by;

-- drop_draft --
-- Throw a draft away.
DELETE FROM collect.plan_draft WHERE name = %(name)s;

-- open_version --
-- Begin the next version of the whole plan.
INSERT INTO collect.plan (version, published_at, published_by)
SELECT max(version) + 1, %(at)s, %(by)s FROM collect.plan
RETURNING version;

-- publish_rule --
-- Put the next version of an event's rule into a version of the plan.
INSERT INTO collect.plan_rule (name, version, plan_version, mode, schema, retired)
SELECT %(name)s, coalesce(max(version), 0) + 1, %(plan_version)s, %(mode)s, %(schema)s, %(retired)s
FROM collect.plan_rule WHERE name = %(name)s
RETURNING version;

-- publish_source --
-- Put a source's mode into a version of the plan.
INSERT INTO collect.plan_source (source_id, plan_version, mode)
SELECT id, %(plan_version)s, %(mode)s FROM collect.source WHERE key = %(source)s;
