-- keep_traits --
-- The newest word on each trait of a group.
INSERT INTO profile.group_trait (group_id, key, value, at, message_id)
SELECT group_id, key, value::jsonb, at, message_id
FROM unnest(%(groups)s::text[], %(keys)s::text[], %(values)s::text[], %(ats)s::timestamptz[], %(messages)s::text[])
    AS said (group_id, key, value, at, message_id)
ON CONFLICT (group_id, key) DO UPDATE
SET value = excluded.value, at = excluded.at, message_id = excluded.message_id
WHERE (excluded.at, excluded.message_id COLLATE "C") > (group_trait.at, group_trait.message_id COLLATE "C")

-- keep_members --
-- Who belongs to a group by the newest word, and since when by the oldest.
INSERT INTO profile.group_member (group_id, iid, belongs, since, at, message_id)
SELECT group_id, iid, belongs = 1, since, at, message_id
FROM unnest(%(groups)s::text[], %(iids)s::bigint[], %(belong)s::smallint[], %(sinces)s::timestamptz[],
    %(ats)s::timestamptz[], %(messages)s::text[])
    AS said (group_id, iid, belongs, since, at, message_id)
ON CONFLICT (group_id, iid) DO UPDATE
SET belongs = CASE WHEN (excluded.at, excluded.message_id COLLATE "C") > (group_member.at, group_member.message_id COLLATE "C")
        THEN excluded.belongs ELSE group_member.belongs END,
    since = least(excluded.since, group_member.since),
    message_id = CASE WHEN (excluded.at, excluded.message_id COLLATE "C") > (group_member.at, group_member.message_id COLLATE "C")
        THEN excluded.message_id ELSE group_member.message_id END,
    at = greatest(excluded.at, group_member.at)

-- groups_of --
-- The groups of these customers, with everybody who belongs to them.
WITH member AS (
    SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.link WHERE customer = ANY(%(customers)s::bigint[])
),
theirs AS (
    SELECT DISTINCT member.customer, belonging.group_id
    FROM member JOIN profile.group_member AS belonging ON belonging.iid = member.iid AND belonging.belongs
)
SELECT
    theirs.customer, theirs.group_id, min(other.since) AS since,
    array_agg(DISTINCT coalesce(link.customer, other.iid)) AS members,
    coalesce((
        SELECT jsonb_object_agg(trait.key, trait.value) FROM profile.group_trait AS trait
        WHERE trait.group_id = theirs.group_id AND trait.value <> 'null'::jsonb
    ), '{}') AS traits
FROM theirs
JOIN profile.group_member AS other ON other.group_id = theirs.group_id AND other.belongs
LEFT JOIN profile.link AS link ON link.iid = other.iid
GROUP BY theirs.customer, theirs.group_id
ORDER BY theirs.customer, theirs.group_id
