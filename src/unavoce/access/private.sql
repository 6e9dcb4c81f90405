-- find_audit --
-- Lines of the audit trail that point at her or name her; who did what and when stays.
SELECT to_jsonb(line) - 'ip' - 'person' FROM access.audit AS line
WHERE line.target = ANY(SELECT 'customer:' || id FROM unnest(%(ids)s::text[]) AS hers (id))
    OR privacy.mentions(convert_to(line.detail::text, 'UTF8'), %(patterns)s::text[])
    OR privacy.mentions(convert_to(line.target, 'UTF8'), %(patterns)s::text[])

-- erase_audit --
-- The same lines stay as proof of what the team did, without what names her.
UPDATE access.audit AS line SET target = 'customer:erased', detail = '{"erased": true}'
WHERE line.target = ANY(SELECT 'customer:' || id FROM unnest(%(ids)s::text[]) AS hers (id))
    OR privacy.mentions(convert_to(line.detail::text, 'UTF8'), %(patterns)s::text[])
    OR privacy.mentions(convert_to(line.target, 'UTF8'), %(patterns)s::text[])
