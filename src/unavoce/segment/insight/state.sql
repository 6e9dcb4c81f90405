-- lists --
-- The uploaded lists: how many identifiers, how many of them are somebody's we know, how many customers that is.
SELECT
    list.key, list.name, list.version, list.uploaded_at, list.uploaded_by,
    count(entry.iid) AS size,
    count(known.iid) AS matched,
    count(DISTINCT coalesce(link.customer, known.iid)) AS customers
FROM segment.list AS list
LEFT JOIN segment.list_entry AS entry ON entry.list = list.key AND entry.present
LEFT JOIN profile.v_known AS known ON known.iid = entry.iid
LEFT JOIN profile.v_link AS link ON link.iid = known.iid
WHERE %(key)s::text IS NULL OR list.key = %(key)s::text
GROUP BY list.key
ORDER BY list.key

-- put_list --
-- A new list, or the next version of one.
INSERT INTO segment.list (key, name, uploaded_at, uploaded_by)
VALUES (%(key)s, %(name)s, %(now)s, %(by)s)
ON CONFLICT (key) DO UPDATE
SET name = excluded.name, version = list.version + 1, uploaded_at = excluded.uploaded_at,
    uploaded_by = excluded.uploaded_by
RETURNING version

-- put_entries --
-- Put identifiers on the list; who is on it already stays as she is.
INSERT INTO segment.list_entry (list, iid, kind, version, at)
SELECT %(list)s, given.iid, given.kind, %(version)s, %(now)s
FROM unnest(%(iids)s::bigint[], %(kinds)s::text[]) AS given (iid, kind)
ON CONFLICT (list, iid) DO UPDATE
SET present = true, version = excluded.version, at = excluded.at
WHERE NOT list_entry.present

-- take_off --
-- Whoever is not among these is not on the list any more.
UPDATE segment.list_entry SET present = false, version = %(version)s, at = %(now)s
WHERE list = %(list)s AND present AND NOT (iid = ANY(%(iids)s::bigint[]))

-- uncopied --
-- Lists of which ClickHouse does not have the last version.
SELECT key, version, copied FROM segment.list WHERE copied < version ORDER BY key FOR UPDATE

-- to_copy --
-- What changed on a list after a version.
SELECT iid, present, at FROM segment.list_entry WHERE list = %(list)s AND version > %(copied)s ORDER BY iid

-- list_copied --
-- ClickHouse has this version.
UPDATE segment.list SET copied = %(version)s WHERE key = %(list)s

-- put_draft --
-- Keep what is worked on.
INSERT INTO segment.draft (key, name, description, definition, saved_at, saved_by)
VALUES (%(key)s, %(name)s, %(description)s, %(definition)s, %(now)s, %(by)s)
ON CONFLICT (key) DO UPDATE
SET name = excluded.name, description = excluded.description, definition = excluded.definition,
    saved_at = excluded.saved_at, saved_by = excluded.saved_by

-- drafts --
-- What is worked on, the newest first.
SELECT key, name, description, definition, saved_at, saved_by FROM segment.draft
WHERE %(key)s::text IS NULL OR key = %(key)s::text
ORDER BY saved_at DESC, key

-- drop_draft --
-- It is published, or nobody wants it any more.
DELETE FROM segment.draft WHERE key = %(key)s

-- retired --
-- The segments that are retired.
SELECT key FROM segment.segment WHERE status = 'retired' ORDER BY key

-- overlap --
-- How many customers are in exactly which of these segments; of those among the given ones when there are such.
SELECT inside, count(*) AS size
FROM (
    SELECT coalesce(link.customer, member.iid) AS customer, array_agg(DISTINCT segment.key ORDER BY segment.key) AS inside
    FROM segment.member AS member
    JOIN segment.segment AS segment ON segment.id = member.segment AND segment.status = 'live'
    LEFT JOIN profile.v_link AS link ON link.iid = member.iid
    WHERE segment.key = ANY(%(keys)s::text[])
        AND (%(among)s::bigint[] IS NULL OR coalesce(link.customer, member.iid) = ANY(%(among)s::bigint[]))
    GROUP BY 1
) AS each
GROUP BY inside
ORDER BY size DESC, inside

-- put_persona --
-- Keep a persona as it was drawn for somebody of this scope.
INSERT INTO segment.persona (segment, scope, card, made_at)
VALUES (%(segment)s, %(scope)s, %(card)s, %(now)s)
ON CONFLICT (segment, scope) DO UPDATE SET card = excluded.card, made_at = excluded.made_at

-- persona --
-- The persona that was drawn last for this scope.
SELECT card FROM segment.persona WHERE segment = %(segment)s AND scope = %(scope)s

-- unknown_among --
-- Those of these identifiers that were never met.
SELECT given.iid
FROM unnest(%(iids)s::bigint[]) AS given (iid)
WHERE NOT EXISTS (SELECT 1 FROM profile.v_known AS known WHERE known.iid = given.iid)
