-- plan_afresh --
-- Plan each statement for the sizes it is given: a plan kept from the first small batches ruins the later large ones.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)

-- by_index --
-- Look a batch's identifiers up one by one in the index, or again as the planner likes. Left alone it reads whole tables
-- as soon as it believes them small, and it believes so of every table that grew since it last looked.
SELECT set_config('enable_hashjoin', %(others)s, true), set_config('enable_mergejoin', %(others)s, true)

-- rules --
-- The rules of identity that hold.
SELECT version, body::text AS body FROM profile.identity_rules ORDER BY version DESC LIMIT 1

-- unfamiliar --
-- Of the identifiers in a batch those that are new, met earlier than known, hubs, or taken by another value.
SELECT
    seen.iid,
    known.iid IS NULL AS fresh,
    coalesce(known.hub OR known.blocked, false) AS hub,
    coalesce(known.filled, false) AS filled,
    coalesce(known.kind <> seen.kind OR known.value <> seen.value, false) AS collides,
    coalesce(known.first_seen > seen.first_seen, false) AS older
FROM unnest(%(iids)s::bigint[], %(kinds)s::text[], %(values)s::text[], %(firsts)s::timestamptz[])
    AS seen (iid, kind, value, first_seen)
LEFT JOIN profile.identifier AS known ON known.iid = seen.iid
WHERE known.iid IS NULL OR known.first_seen > seen.first_seen OR known.hub OR known.blocked
    OR known.kind <> seen.kind OR known.value <> seen.value

-- add_identifiers --
-- Identifiers met for the first time.
INSERT INTO profile.identifier (iid, kind, value, rank, first_seen, blocked)
SELECT iid, kind, value, rank, first_seen, blocked = 1
FROM unnest(
    %(iids)s::bigint[], %(kinds)s::text[], %(values)s::text[], %(ranks)s::smallint[], %(firsts)s::timestamptz[],
    %(blocked)s::smallint[]
) AS seen (iid, kind, value, rank, first_seen, blocked)

-- age_identifiers --
-- Identifiers of which an earlier sighting arrived late.
UPDATE profile.identifier AS known
SET first_seen = seen.first_seen
FROM unnest(%(iids)s::bigint[], %(firsts)s::timestamptz[]) AS seen (iid, first_seen)
WHERE known.iid = seen.iid AND known.first_seen > seen.first_seen

-- add_collisions --
-- Identifiers whose number already stands for another value.
INSERT INTO profile.collision (iid, kind, value, seen_at)
SELECT iid, kind, value, %(now)s
FROM unnest(%(iids)s::bigint[], %(kinds)s::text[], %(values)s::text[]) AS seen (iid, kind, value)
ON CONFLICT DO NOTHING

-- add_sightings --
-- The first sighting of new identifiers.
INSERT INTO profile.sighting (iid, last_seen)
SELECT iid, last_seen
FROM unnest(%(iids)s::bigint[], %(lasts)s::timestamptz[]) AS seen (iid, last_seen)
ON CONFLICT (iid) DO NOTHING

-- touch_sightings --
-- Later sightings, to the minute: writing every one would cost more than all the rest of a batch.
UPDATE profile.sighting AS known
SET last_seen = seen.last_seen
FROM unnest(%(iids)s::bigint[], %(lasts)s::timestamptz[]) AS seen (iid, last_seen)
WHERE known.iid = seen.iid AND known.last_seen < seen.last_seen - interval '1 minute'

-- new_edges --
-- Of the edges in a batch the places (from 1) of those that are new or have earlier evidence than is known.
SELECT seen.place
FROM unnest(%(a)s::bigint[], %(b)s::bigint[], %(kinds)s::text[], %(ats)s::timestamptz[], %(messages)s::text[])
    WITH ORDINALITY AS seen (a, b, kind, at, message_id, place)
LEFT JOIN profile.edge AS known ON known.a = seen.a AND known.b = seen.b AND known.kind = seen.kind
WHERE known.a IS NULL
    OR (seen.at, seen.message_id COLLATE "C") < (known.at, known.message_id COLLATE "C")

-- keep_edges --
-- New edges, and earlier evidence for known ones.
INSERT INTO profile.edge (a, b, kind, turn, at, message_id, source, received_at, refusal)
SELECT a, b, kind, turn, at, message_id, source, received_at, refusal
FROM unnest(
    %(a)s::bigint[], %(b)s::bigint[], %(kinds)s::text[], %(turns)s::smallint[], %(ats)s::timestamptz[],
    %(messages)s::text[], %(sources)s::text[], %(receiveds)s::timestamptz[], %(refusals)s::text[]
) AS seen (a, b, kind, turn, at, message_id, source, received_at, refusal)
ON CONFLICT (a, b, kind) DO UPDATE
SET at = excluded.at, message_id = excluded.message_id, source = excluded.source, received_at = excluded.received_at

-- keep_merge --
-- A person says that two are one; said again after it was taken back, it holds again.
INSERT INTO profile.edge (a, b, kind, turn, at, message_id, source, received_at)
VALUES (%(a)s, %(b)s, 'merge', %(turn)s, %(now)s, %(cause)s, %(by)s, %(now)s)
ON CONFLICT (a, b, kind) DO UPDATE
SET at = excluded.at, message_id = excluded.message_id, source = excluded.source, received_at = excluded.received_at,
    refusal = NULL

-- undo_merge --
-- A person takes a merge back.
UPDATE profile.edge SET refusal = 'undone'
WHERE a = %(a)s AND b = %(b)s AND kind = 'merge' AND refusal IS DISTINCT FROM 'undone'

-- crowded --
-- Of these identifiers those that touch more of one kind than they may.
WITH asked AS (
    SELECT iid, most, accounts
    FROM unnest(%(iids)s::bigint[], %(mosts)s::integer[], %(accounts)s::integer[]) AS asked (iid, most, accounts)
),
neighbour AS MATERIALIZED (
    SELECT asked.iid, asked.most, asked.accounts, ahead.b AS other
    FROM asked JOIN profile.edge AS ahead ON ahead.a = asked.iid AND ahead.kind <> 'merge'
    UNION
    SELECT asked.iid, asked.most, asked.accounts, behind.a
    FROM asked JOIN profile.edge AS behind ON behind.b = asked.iid AND behind.kind <> 'merge'
),
floor AS (
    SELECT kind, most FROM unnest(%(kinds)s::text[], %(floors)s::integer[]) AS floor (kind, most)
)
SELECT DISTINCT neighbour.iid
FROM neighbour
JOIN profile.identifier AS person ON person.iid = neighbour.other
LEFT JOIN floor ON floor.kind = split_part(person.kind, ':', 1)
WHERE person.kind <> 'device_session'
GROUP BY neighbour.iid, neighbour.most, neighbour.accounts, person.kind, floor.most
HAVING count(*) > CASE
    WHEN neighbour.accounts >= 0 AND person.kind = 'user_id' THEN neighbour.accounts
    ELSE greatest(neighbour.most, coalesce(floor.most, %(others)s))
END

-- fill_hubs --
-- Of these hubs enough evidence is kept: what comes after says nothing new, and would cost as much as all the rest.
UPDATE profile.identifier AS known SET filled = true
FROM unnest(%(iids)s::bigint[]) AS asked (iid)
WHERE known.iid = asked.iid AND known.hub AND NOT known.filled
    AND (
        SELECT count(*) FROM (
            SELECT 1 FROM profile.edge AS ahead WHERE ahead.a = asked.iid
            UNION ALL
            SELECT 1 FROM profile.edge AS behind WHERE behind.b = asked.iid
            LIMIT %(most)s
        ) AS kept
    ) >= %(most)s

-- make_hubs --
-- From now on these identifiers join nobody.
UPDATE profile.identifier SET hub = true WHERE iid = ANY(%(iids)s::bigint[])

-- silence_hubs --
-- The evidence through hubs joins nobody; answers with both ends of each.
WITH silenced AS (
    UPDATE profile.edge SET refusal = 'hub'
    WHERE (a = ANY(%(iids)s::bigint[]) OR b = ANY(%(iids)s::bigint[])) AND kind <> 'merge'
        AND (refusal IS NULL OR refusal NOT IN ('hub', 'blocked'))
    RETURNING a, b
)
SELECT a FROM silenced UNION SELECT b FROM silenced

-- region --
-- All identifiers that the evidence connects to these, and whose they are now; hubs connect nothing.
WITH RECURSIVE region (iid) AS (
    SELECT unnest(%(seeds)s::bigint[])
    UNION
    SELECT neighbour.iid
    FROM region
    CROSS JOIN LATERAL (
        SELECT ahead.b AS iid FROM profile.edge AS ahead
        WHERE ahead.a = region.iid AND (ahead.refusal IS NULL OR ahead.refusal NOT IN ('hub', 'blocked', 'undone'))
        UNION ALL
        SELECT behind.a FROM profile.edge AS behind
        WHERE behind.b = region.iid AND (behind.refusal IS NULL OR behind.refusal NOT IN ('hub', 'blocked', 'undone'))
    ) AS neighbour
)
SELECT known.iid, known.kind, known.rank, known.first_seen, coalesce(link.customer, known.iid) AS customer
FROM region
JOIN profile.identifier AS known ON known.iid = region.iid
LEFT JOIN profile.link AS link ON link.iid = region.iid

-- region_edges --
-- The evidence inside a region.
SELECT a, b, kind, turn, at, message_id, refusal
FROM profile.edge
WHERE a = ANY(%(iids)s::bigint[]) AND (refusal IS NULL OR refusal NOT IN ('hub', 'blocked', 'undone'))

-- region_sides --
-- Where the identifiers of a region stand in the separations that hold.
SELECT separated.separation, separated.iid, separated.apart
FROM profile.separated AS separated
JOIN profile.separation AS separation ON separation.id = separated.separation
WHERE separated.iid = ANY(%(iids)s::bigint[]) AND separation.undone_at IS NULL

-- refuse_edges --
-- What the rules now say of these edges.
UPDATE profile.edge AS edge
SET refusal = ruled.refusal
FROM unnest(%(a)s::bigint[], %(b)s::bigint[], %(kinds)s::text[], %(refusals)s::text[]) AS ruled (a, b, kind, refusal)
WHERE edge.a = ruled.a AND edge.b = ruled.b AND edge.kind = ruled.kind

-- unlink --
-- These identifiers are their own customers again.
DELETE FROM profile.link WHERE iid = ANY(%(iids)s::bigint[])

-- relink --
-- These identifiers belong to other customers now.
INSERT INTO profile.link (iid, customer)
SELECT iid, customer FROM unnest(%(iids)s::bigint[], %(customers)s::bigint[]) AS changed (iid, customer)
ON CONFLICT (iid) DO UPDATE SET customer = excluded.customer

-- close_log --
-- Until now they belonged where they did.
UPDATE profile.link_log AS log SET until_at = %(now)s, until_cause = changed.cause
FROM unnest(%(iids)s::bigint[], %(causes)s::text[]) AS changed (iid, cause)
WHERE log.iid = changed.iid AND log.until_at IS NULL

-- open_log --
-- From now on they belong here.
INSERT INTO profile.link_log (iid, customer, from_at, cause)
SELECT iid, customer, %(now)s, cause
FROM unnest(%(iids)s::bigint[], %(customers)s::bigint[], %(causes)s::text[]) AS changed (iid, customer, cause)

-- keep_traits --
-- The newest value that each source gave for each trait of an identifier.
INSERT INTO profile.trait (iid, key, source, priority, value, at, received_at, message_id)
SELECT iid, key, source, priority, value::jsonb, at, received_at, message_id
FROM unnest(
    %(iids)s::bigint[], %(keys)s::text[], %(sources)s::text[], %(priorities)s::smallint[], %(values)s::text[],
    %(ats)s::timestamptz[], %(receiveds)s::timestamptz[], %(messages)s::text[]
) AS said (iid, key, source, priority, value, at, received_at, message_id)
ON CONFLICT (iid, key, source, priority) DO UPDATE
SET value = excluded.value, at = excluded.at, received_at = excluded.received_at,
    message_id = excluded.message_id
WHERE (excluded.at, excluded.message_id COLLATE "C") > (trait.at, trait.message_id COLLATE "C")

-- new_births --
-- Of the birthdays in a batch those that change what is known.
SELECT said.iid
FROM unnest(
    %(iids)s::bigint[], %(keys)s::text[], %(sources)s::text[], %(priorities)s::smallint[], %(values)s::text[],
    %(ats)s::timestamptz[], %(messages)s::text[]
) AS said (iid, key, source, priority, value, at, message_id)
LEFT JOIN profile.trait AS known
    ON known.iid = said.iid AND known.key = said.key AND known.source = said.source AND known.priority = said.priority
WHERE known.iid IS NULL
    OR known.value <> said.value::jsonb
        AND (said.at, said.message_id COLLATE "C") > (known.at, known.message_id COLLATE "C")

-- births --
-- The birthdays told under these identifiers, as they were written.
SELECT iid, value #>> '{}' AS value
FROM profile.trait
WHERE iid = ANY(%(iids)s::bigint[]) AND key = ANY(%(keys)s::text[]) AND value <> 'null'::jsonb

-- keep_consents --
-- What was said about channels and purposes; a repetition within its slot keeps the newest.
INSERT INTO profile.consent (iid, channel, purpose, slot, state, evidence, at, received_at, message_id)
SELECT iid, channel, purpose, slot, state, evidence, at, received_at, message_id
FROM unnest(
    %(iids)s::bigint[], %(channels)s::text[], %(purposes)s::text[], %(slots)s::text[], %(states)s::text[],
    %(evidences)s::text[], %(ats)s::timestamptz[], %(receiveds)s::timestamptz[], %(messages)s::text[]
) AS said (iid, channel, purpose, slot, state, evidence, at, received_at, message_id)
ON CONFLICT (iid, channel, purpose, slot) DO UPDATE
SET state = excluded.state, evidence = excluded.evidence, at = excluded.at, received_at = excluded.received_at,
    message_id = excluded.message_id
WHERE (excluded.at, excluded.message_id COLLATE "C") > (consent.at, consent.message_id COLLATE "C")

-- customers_of --
-- Whose these identifiers are; without a row an identifier is its own customer.
SELECT coalesce(array_agg(iid), '{}') AS iids, coalesce(array_agg(customer), '{}') AS customers
FROM profile.link
WHERE iid = ANY(%(iids)s::bigint[])

-- identifier_customer --
-- The customer of one identifier, if there is such an identifier.
SELECT coalesce(link.customer, known.iid)
FROM profile.identifier AS known
LEFT JOIN profile.link AS link ON link.iid = known.iid
WHERE known.iid = %(iid)s

-- known_of --
-- Whose these identifiers are, of those that were ever met.
SELECT coalesce(array_agg(known.iid), '{}') AS iids,
    coalesce(array_agg(coalesce(link.customer, known.iid)), '{}') AS customers
FROM profile.identifier AS known
LEFT JOIN profile.link AS link ON link.iid = known.iid
WHERE known.iid = ANY(%(iids)s::bigint[])

-- links_then --
-- Whose these identifiers were at a past moment, as far as they were linked.
SELECT iid, customer
FROM profile.link_log
WHERE iid = ANY(%(iids)s::bigint[]) AND from_at <= %(at)s AND (until_at IS NULL OR until_at > %(at)s)

-- families --
-- The links of all customers these identifiers belong to; who is in no row stands alone.
WITH customer AS (
    SELECT DISTINCT coalesce(link.customer, asked.iid) AS id
    FROM unnest(%(iids)s::bigint[]) AS asked (iid)
    LEFT JOIN profile.link AS link ON link.iid = asked.iid
)
SELECT coalesce(array_agg(link.iid), '{}') AS iids, coalesce(array_agg(link.customer), '{}') AS customers
FROM customer
JOIN profile.link AS link ON link.customer = customer.id

-- members_of --
-- The identifiers of these customers, apart from the one that gives her id.
SELECT coalesce(array_agg(iid), '{}') AS iids, coalesce(array_agg(customer), '{}') AS customers
FROM profile.link
WHERE customer = ANY(%(customers)s::bigint[])

-- add_separation --
-- A person sets identifiers apart.
INSERT INTO profile.separation (customer, identifiers, by, reason, at)
VALUES (%(customer)s, %(identifiers)s::bigint[], %(by)s, %(reason)s, %(at)s)
RETURNING id

-- add_sides --
-- On which side of a separation each identifier stands.
INSERT INTO profile.separated (iid, separation, apart)
SELECT iid, %(separation)s, iid = ANY(%(apart)s::bigint[]) FROM unnest(%(iids)s::bigint[]) AS side (iid)

-- separation --
-- One separation.
SELECT id, customer, identifiers, by, reason, at, undone_at FROM profile.separation WHERE id = %(id)s

-- undo_separation --
-- A person takes a separation back.
UPDATE profile.separation SET undone_at = %(at)s, undone_by = %(by)s WHERE id = %(id)s

-- sides_of --
-- Everybody on either side of a separation.
SELECT iid FROM profile.separated WHERE separation = %(separation)s

-- separation_between --
-- A separation that holds and keeps two customers apart.
SELECT one.separation
FROM profile.separated AS one
JOIN profile.separated AS other ON other.separation = one.separation AND other.apart <> one.apart
JOIN profile.separation AS separation ON separation.id = one.separation AND separation.undone_at IS NULL
WHERE one.iid = ANY(%(ours)s::bigint[]) AND other.iid = ANY(%(theirs)s::bigint[])
LIMIT 1

-- link_rows --
-- All links, to copy them.
SELECT iid, customer FROM profile.link

-- links_checksum --
-- Count and checksum of the links, the same sum as ClickHouse makes of its copy.
SELECT
    count(*) AS links,
    coalesce(sum((iid %% 1000000007) * (customer %% 998244353) %% 1000000009), 0)::bigint AS checksum
FROM profile.link
