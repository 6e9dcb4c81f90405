-- publish --
-- A new version; nothing when somebody else has published one meanwhile.
INSERT INTO profile.identity_rules (version, body, note, by, at)
SELECT %(version)s, %(body)s, %(note)s, %(by)s, %(at)s
WHERE %(version)s = (SELECT coalesce(max(version), 0) + 1 FROM profile.identity_rules)

-- history --
-- All versions, the newest first.
SELECT version, body, note, by, at FROM profile.identity_rules ORDER BY version DESC LIMIT %(most)s

-- kinds --
-- All kinds of identifiers there are.
SELECT DISTINCT kind FROM profile.identifier ORDER BY kind

-- hubs --
-- What joins nobody, and how much evidence is kept of it.
SELECT
    known.iid, known.kind, known.value, known.blocked, known.filled, known.first_seen,
    (
        SELECT count(*)
        FROM (
            SELECT ahead.b AS other FROM profile.edge AS ahead WHERE ahead.a = known.iid AND ahead.kind <> 'merge'
            UNION
            SELECT behind.a FROM profile.edge AS behind WHERE behind.b = known.iid AND behind.kind <> 'merge'
        ) AS neighbour
    )::bigint AS people
FROM profile.identifier AS known
WHERE (known.hub OR known.blocked) AND known.iid > %(after)s
ORDER BY known.iid
LIMIT %(most)s

-- refused_by_limit --
-- One end of all evidence that a limit refused; where an address is shared, a limit may have had its say as well.
SELECT DISTINCT a FROM profile.edge WHERE refusal IN ('limit', 'shared')

-- refused --
-- One end of all evidence that a limit, a separation or two birthdays refused.
SELECT DISTINCT a FROM profile.edge WHERE refusal IN ('limit', 'separated', 'shared')

-- shared --
-- One end of all evidence refused because an address is shared.
SELECT DISTINCT a FROM profile.edge WHERE refusal = 'shared'

-- told_apart --
-- An identifier of every customer of whom more than one birthday is told.
SELECT min(trait.iid)
FROM profile.trait AS trait
LEFT JOIN profile.link AS link ON link.iid = trait.iid
WHERE trait.key = ANY(%(births)s::text[]) AND trait.value <> 'null'::jsonb
GROUP BY coalesce(link.customer, trait.iid)
HAVING count(DISTINCT trait.value) > 1

-- beyond --
-- One identifier of every customer who has more of a kind than these limits allow.
SELECT min(known.iid)
FROM profile.identifier AS known
JOIN unnest(%(kinds)s::text[], %(limits)s::integer[]) AS limits (kind, most) ON limits.kind = known.kind
LEFT JOIN profile.link AS link ON link.iid = known.iid
GROUP BY coalesce(link.customer, known.iid), known.kind, limits.most
HAVING count(*) > limits.most

-- matching --
-- Identifiers that these patterns block.
SELECT DISTINCT known.iid
FROM profile.identifier AS known
JOIN unnest(%(kinds)s::text[], %(patterns)s::text[]) AS blocked (kind, pattern)
    ON (blocked.kind IN ('*', known.kind, split_part(known.kind, ':', 1))) AND known.value ILIKE blocked.pattern

-- blocked --
-- Identifiers that are blocked now.
SELECT iid FROM profile.identifier WHERE blocked

-- kinds_of --
-- Of what kind each of these is.
SELECT iid, kind FROM profile.identifier WHERE iid = ANY(%(iids)s::bigint[])

-- open_hubs --
-- Identifiers that touch too many people, as far as all evidence of them is kept.
SELECT iid, kind FROM profile.identifier WHERE hub AND NOT filled

-- busy --
-- Identifiers of these kinds with so many neighbours that they might be hubs.
SELECT known.iid, known.kind
FROM (
    SELECT iid FROM (
        SELECT a AS iid FROM profile.edge WHERE kind <> 'merge'
        UNION ALL
        SELECT b FROM profile.edge WHERE kind <> 'merge'
    ) AS ends
    GROUP BY iid
    HAVING count(*) > %(least)s
) AS many
JOIN profile.identifier AS known ON known.iid = many.iid
WHERE known.kind = ANY(%(kinds)s::text[]) AND NOT known.hub

-- close --
-- These identifiers touch too many people by now.
UPDATE profile.identifier SET hub = true WHERE iid = ANY(%(iids)s::bigint[])

-- block --
-- These identifiers are blocked, and only these.
UPDATE profile.identifier SET blocked = (iid = ANY(%(iids)s::bigint[]))
WHERE blocked <> (iid = ANY(%(iids)s::bigint[]))

-- open --
-- These identifiers touch few enough people by now.
UPDATE profile.identifier SET hub = false WHERE iid = ANY(%(iids)s::bigint[])

-- judge_again --
-- The evidence around identifiers that opened or closed; the rest is said when their customers are worked out.
UPDATE profile.edge AS edge
SET refusal = CASE
    WHEN one.blocked OR other.blocked THEN 'blocked'
    WHEN one.hub OR other.hub THEN 'hub'
END
FROM profile.identifier AS one, profile.identifier AS other
WHERE one.iid = edge.a AND other.iid = edge.b AND edge.kind <> 'merge'
    AND (edge.a = ANY(%(iids)s::bigint[]) OR edge.b = ANY(%(iids)s::bigint[]))

-- neighbours --
-- Everybody these identifiers have evidence with, and they themselves.
SELECT unnest(%(iids)s::bigint[])
UNION
SELECT b FROM profile.edge WHERE a = ANY(%(iids)s::bigint[])
UNION
SELECT a FROM profile.edge WHERE b = ANY(%(iids)s::bigint[])

-- plant_seeds --
-- Where customers may change.
INSERT INTO profile.identity_seed (work, iid)
SELECT %(work)s, seed FROM unnest(%(iids)s::bigint[]) AS seed
ON CONFLICT DO NOTHING

-- some_seeds --
-- The next of them.
SELECT iid FROM profile.identity_seed WHERE work = %(work)s ORDER BY iid LIMIT %(most)s

-- pull_seeds --
-- These have been looked at.
DELETE FROM profile.identity_seed WHERE work = %(work)s AND iid = ANY(%(iids)s::bigint[])

-- trial_region --
-- All identifiers that the evidence would connect to these if some that join nobody now would open.
WITH RECURSIVE region (iid) AS (
    SELECT unnest(%(seeds)s::bigint[])
    UNION
    SELECT neighbour.iid
    FROM region
    CROSS JOIN LATERAL (
        SELECT ahead.b AS iid FROM profile.edge AS ahead
        WHERE ahead.a = region.iid
            AND (ahead.refusal IS NULL OR ahead.refusal NOT IN ('hub', 'blocked', 'undone')
                OR ahead.refusal <> 'undone' AND (ahead.a = ANY(%(opening)s::bigint[]) OR ahead.b = ANY(%(opening)s::bigint[])))
        UNION ALL
        SELECT behind.a FROM profile.edge AS behind
        WHERE behind.b = region.iid
            AND (behind.refusal IS NULL OR behind.refusal NOT IN ('hub', 'blocked', 'undone')
                OR behind.refusal <> 'undone' AND (behind.a = ANY(%(opening)s::bigint[]) OR behind.b = ANY(%(opening)s::bigint[])))
    ) AS neighbour
)
SELECT
    known.iid, known.kind, known.value, known.first_seen, coalesce(link.customer, known.iid) AS customer,
    known.hub OR known.blocked AS closed
FROM region
JOIN profile.identifier AS known ON known.iid = region.iid
LEFT JOIN profile.link AS link ON link.iid = region.iid

-- trial_edges --
-- The evidence in such a region.
SELECT a, b, kind, turn, at, message_id, refusal
FROM profile.edge
WHERE a = ANY(%(iids)s::bigint[]) AND b = ANY(%(iids)s::bigint[]) AND refusal IS DISTINCT FROM 'undone'

-- add_work --
-- Something to do.
INSERT INTO profile.identity_work (kind, body, by, at, total)
VALUES (%(kind)s, %(body)s, %(by)s, %(at)s, %(total)s)
RETURNING id

-- next_work --
-- What is to be done next: published rules first.
SELECT id, kind, body, state, total, done, cursor, result, by, at, finished_at
FROM profile.identity_work
WHERE state IN ('waiting', 'working')
ORDER BY kind <> 'rules', id
LIMIT 1

-- work --
-- One piece of work.
SELECT id, kind, body, state, total, done, cursor, result, by, at, finished_at
FROM profile.identity_work
WHERE id = %(id)s

-- works --
-- What was asked for last.
SELECT id, kind, body, state, total, done, cursor, result, by, at, finished_at
FROM profile.identity_work
WHERE kind = ANY(%(kinds)s::text[])
ORDER BY id DESC
LIMIT %(most)s

-- went_on --
-- How far it is.
UPDATE profile.identity_work
SET state = 'working', total = %(total)s, done = %(done)s, cursor = %(cursor)s, result = %(result)s
WHERE id = %(id)s AND state IN ('waiting', 'working')

-- finish --
-- It is over.
UPDATE profile.identity_work
SET state = %(state)s, result = %(result)s, done = CASE WHEN %(state)s = 'done' THEN total ELSE done END,
    finished_at = %(at)s
WHERE id = %(id)s AND state IN ('waiting', 'working')
