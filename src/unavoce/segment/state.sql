-- terms --
-- The zone and currency that definitions are meant in.
SELECT zone, currency FROM segment.terms

-- put_terms --
-- From now on definitions are meant in these.
UPDATE segment.terms SET zone = %(zone)s, currency = %(currency)s
WHERE (terms.zone, terms.currency) IS DISTINCT FROM (%(zone)s, %(currency)s)

-- forget_sweeps --
-- Everybody has to be looked at again.
UPDATE segment.segment SET swept_at = NULL, replayed_at = NULL WHERE status = 'live'

-- segments --
-- Every segment that is live, or was.
SELECT id, key, name, description, definition, version, status, created_at, published_at, swept_at
FROM segment.segment
ORDER BY key

-- points --
-- Where the stores are of which that is known.
SELECT key, latitude, longitude FROM commerce.v_store_place

-- revision --
-- Which definitions are live, and whether everybody was compared with them.
SELECT format('%%s@%%s%%s', id, version, CASE WHEN swept_at IS NULL THEN '?' ELSE '' END)
FROM segment.segment
WHERE status = 'live'
ORDER BY id

-- put_segment --
-- Publish a definition: a new segment, or the next version of one.
INSERT INTO segment.segment (key, name, description, definition, created_at, published_at)
VALUES (%(key)s, %(name)s, %(description)s, %(definition)s, %(now)s, %(now)s)
ON CONFLICT (key) DO UPDATE
SET name = excluded.name, description = excluded.description, definition = excluded.definition, status = 'live',
    version = segment.version + 1, published_at = excluded.published_at, swept_at = NULL, replayed_at = NULL
RETURNING id, key, name, description, definition, version, status, created_at, published_at, swept_at

-- retire --
-- The segment is kept with its past, but nobody is in it any more.
UPDATE segment.segment SET status = 'retired', swept_at = NULL WHERE id = %(segment)s

-- swept --
-- Everybody was looked at under the present definitions.
UPDATE segment.segment SET swept_at = %(now)s WHERE id = ANY(%(segments)s)

-- members_among --
-- Which of these segments each of these identifiers is in.
SELECT iid, array_agg(segment) AS segments FROM segment.member
WHERE iid = ANY(%(iids)s) AND segment = ANY(%(segments)s)
GROUP BY iid

-- members_with_customers --
-- All memberships of these segments, with whose they are now.
SELECT member.iid, coalesce(link.customer, member.iid) AS customer, array_agg(member.segment) AS segments
FROM segment.member AS member
LEFT JOIN profile.v_link AS link ON link.iid = member.iid
WHERE member.segment = ANY(%(segments)s)
GROUP BY member.iid, link.customer

-- owners --
-- Whose these identifiers are now, where they are somebody else's.
SELECT iid, customer FROM profile.v_link WHERE iid = ANY(%(iids)s)

-- all_of --
-- All identifiers of these customers.
SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
UNION
SELECT customer, iid FROM profile.v_link WHERE customer = ANY(%(customers)s::bigint[])

-- add_members --
-- They are in from now on.
INSERT INTO segment.member (segment, iid, since, cause, cause_kind)
SELECT segment, iid, %(now)s, cause, %(cause_kind)s
FROM unnest(%(segments)s::integer[], %(iids)s::bigint[], %(causes)s::text[]) AS entering (segment, iid, cause)
ON CONFLICT (segment, iid) DO NOTHING

-- remove_members --
-- They are out from now on, under whichever identifiers they were in.
DELETE FROM segment.member
USING unnest(%(segments)s::integer[], %(iids)s::bigint[]) AS leaving (segment, iid)
WHERE member.segment = leaving.segment AND member.iid = leaving.iid

-- add_flips --
-- Write down who went in or out; the ids come back in the same order.
INSERT INTO segment.flip (segment, version, customer, iid, direction, at, cause, cause_kind)
SELECT segment, version, customer, iid, direction, %(now)s, cause, %(cause_kind)s
FROM unnest(
    %(segments)s::integer[], %(versions)s::integer[], %(customers)s::bigint[], %(iids)s::bigint[],
    %(directions)s::text[], %(causes)s::text[]
) WITH ORDINALITY AS flipped (segment, version, customer, iid, direction, cause, place)
ORDER BY place
RETURNING id

-- sizes --
-- How many customers are in each segment; of those among the given ones when there are such.
SELECT member.segment, count(DISTINCT coalesce(link.customer, member.iid)) AS size
FROM segment.member AS member
LEFT JOIN profile.v_link AS link ON link.iid = member.iid
WHERE %(among)s::bigint[] IS NULL OR coalesce(link.customer, member.iid) = ANY(%(among)s::bigint[])
GROUP BY member.segment

-- put_size_points --
-- How large the segments are at this hour, over what was noted in it before.
INSERT INTO segment.size_point (segment, at, size, replayed)
SELECT segment, at, size, %(replayed)s
FROM unnest(%(segments)s::integer[], %(ats)s::timestamptz[], %(sizes)s::bigint[]) AS counted (segment, at, size)
ON CONFLICT (segment, at) DO UPDATE
SET size = excluded.size, replayed = excluded.replayed
WHERE size_point.replayed OR NOT excluded.replayed

-- drop_replayed --
-- What was worked out for the definition before does not hold for this one.
DELETE FROM segment.size_point WHERE segment = %(segment)s AND replayed

-- size_points --
-- How large a segment was, oldest first.
SELECT at, size, replayed FROM segment.size_point
WHERE segment = %(segment)s AND at >= %(since)s
ORDER BY at

-- flips_by_hour --
-- How many went in and out in each hour; of those among the given customers when there are such.
SELECT
    date_trunc('hour', flip.at) AS at,
    count(*) FILTER (WHERE flip.direction = 'entered') AS entered,
    count(*) FILTER (WHERE flip.direction = 'left') AS gone
FROM segment.flip AS flip
LEFT JOIN profile.v_link AS link ON link.iid = flip.iid
WHERE flip.segment = %(segment)s AND flip.at >= %(since)s
    AND (%(among)s::bigint[] IS NULL OR coalesce(link.customer, flip.iid) = ANY(%(among)s::bigint[]))
GROUP BY 1
ORDER BY 1

-- unreplayed --
-- A live segment whose past was not worked out yet.
SELECT id, key, name, description, definition, version, status, created_at, published_at, swept_at
FROM segment.segment
WHERE status = 'live' AND swept_at IS NOT NULL AND replayed_at IS NULL
ORDER BY id
LIMIT 1

-- replay_again --
-- A past has come in: what was worked out before is to be worked out again.
UPDATE segment.segment SET replayed_at = NULL WHERE status = 'live'

-- replayed --
-- The segment's past is worked out.
UPDATE segment.segment SET replayed_at = %(now)s WHERE id = %(segment)s AND version = %(version)s

-- members_page --
-- The members, newest first, each once although a merge may have given her two memberships.
SELECT coalesce(link.customer, member.iid) AS customer, member.iid, member.since, member.cause, member.cause_kind
FROM segment.member AS member
LEFT JOIN profile.v_link AS link ON link.iid = member.iid
WHERE member.segment = %(segment)s
    AND (member.since, member.iid) < (%(since)s::timestamptz, %(iid)s::bigint)
    AND (%(among)s::bigint[] IS NULL OR coalesce(link.customer, member.iid) = ANY(%(among)s::bigint[]))
    AND NOT EXISTS (
        SELECT 1
        FROM segment.member AS other
        LEFT JOIN profile.v_link AS others ON others.iid = other.iid
        WHERE other.segment = member.segment
            AND coalesce(others.customer, other.iid) = coalesce(link.customer, member.iid)
            AND (other.since, other.iid) < (member.since, member.iid)
    )
ORDER BY member.since DESC, member.iid DESC
LIMIT %(limit)s

-- customers_in --
-- Who is in a segment.
SELECT DISTINCT coalesce(link.customer, member.iid)
FROM segment.member AS member
LEFT JOIN profile.v_link AS link ON link.iid = member.iid
WHERE member.segment = %(segment)s

-- memberships --
-- The segments these customers are in, each once with its first entry.
WITH hers AS (
    SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.v_link WHERE customer = ANY(%(customers)s::bigint[])
)
SELECT DISTINCT ON (hers.customer, segment.key)
    segment.key, segment.name, hers.customer, member.since, member.cause, member.cause_kind
FROM hers
JOIN segment.member AS member ON member.iid = hers.iid
JOIN segment.segment AS segment ON segment.id = member.segment
ORDER BY hers.customer, segment.key, member.since, member.iid

-- flips_of --
-- When these identifiers went in and out of which segments, latest first.
SELECT flip.id, segment.key AS segment, flip.customer, flip.iid, flip.direction, flip.at, flip.cause, flip.cause_kind
FROM segment.flip AS flip
JOIN segment.segment AS segment ON segment.id = flip.segment
WHERE flip.iid = ANY(%(iids)s) AND (flip.at, flip.id) < (%(before)s::timestamptz, %(before_id)s::bigint)
ORDER BY flip.at DESC, flip.id DESC
LIMIT %(limit)s

-- progress --
-- How far time was followed, and which flips were copied.
SELECT swept_until, copied, pinned FROM segment.progress FOR UPDATE

-- followed --
-- Time was followed up to here.
UPDATE segment.progress SET swept_until = %(now)s

-- pin_copy --
-- The next flips to copy, committed before they are; nothing to do changes nothing.
UPDATE segment.progress
SET pinned = (
    SELECT max(id) FROM (SELECT id FROM segment.flip WHERE id > progress.copied ORDER BY id LIMIT %(limit)s) AS next
)
WHERE pinned IS NULL

-- to_copy --
-- The flips of the pinned batch.
SELECT
    flip.id, segment.key AS segment, flip.version, flip.customer, flip.iid, flip.direction, flip.at, flip.cause,
    flip.cause_kind
FROM segment.flip AS flip
JOIN segment.segment AS segment ON segment.id = flip.segment
WHERE flip.id > %(copied)s AND flip.id <= %(pinned)s
ORDER BY flip.id

-- copied --
-- The pinned batch is in ClickHouse.
UPDATE segment.progress SET copied = pinned, pinned = NULL WHERE pinned IS NOT NULL
