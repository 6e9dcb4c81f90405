-- traits_of --
-- What counts of each trait of these customers: the surest source's newest word, and where it comes from.
WITH member AS (
    SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.link WHERE customer = ANY(%(customers)s::bigint[])
),
counting AS (
    SELECT DISTINCT ON (member.customer, trait.key)
        member.customer, trait.key, trait.value, trait.source, trait.at, trait.message_id
    FROM member
    JOIN profile.trait AS trait ON trait.iid = member.iid
    LEFT JOIN profile.source_rank AS believed ON believed.source = trait.source
    WHERE %(keys)s::text[] IS NULL OR trait.key = ANY(%(keys)s::text[])
    ORDER BY member.customer, trait.key, coalesce(believed.rank, trait.priority), trait.at DESC,
        trait.message_id COLLATE "C" DESC
)
SELECT customer, key, value, source, at, message_id
FROM counting
WHERE value <> 'null'::jsonb
ORDER BY customer, key

-- identifiers_of --
-- The identifiers of these customers, the most recently met first.
WITH member AS (
    SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.link WHERE customer = ANY(%(customers)s::bigint[])
)
SELECT
    member.customer, known.iid, known.kind, known.value, known.first_seen AS first_seen_at,
    greatest(known.first_seen, sighting.last_seen) AS last_seen_at,
    known.hub OR known.blocked AS blocked
FROM member
JOIN profile.identifier AS known ON known.iid = member.iid
LEFT JOIN profile.sighting AS sighting ON sighting.iid = known.iid
ORDER BY member.customer, known.rank, last_seen_at DESC, known.iid

-- consents_of --
-- The most restrictive of what each of their identifiers said last about each channel and purpose.
-- Where a brand asks twice a yes waits until she has confirmed it, by whichever identifier, after her last no.
WITH member AS (
    SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.link WHERE customer = ANY(%(customers)s::bigint[])
),
said AS (
    SELECT member.customer, consent.iid, consent.channel, consent.purpose, consent.state, consent.at, consent.evidence,
        consent.message_id
    FROM member
    JOIN profile.consent AS consent ON consent.iid = member.iid
),
asked_twice AS (
    SELECT said.customer, said.channel, said.purpose, rule.since,
        max(said.at) FILTER (WHERE said.evidence LIKE 'Consent Confirmed%%') AS confirmed_at,
        max(said.at) FILTER (WHERE said.state = 'denied') AS denied_at
    FROM said
    JOIN profile.consent_rule AS rule ON rule.channel = said.channel
    GROUP BY said.customer, said.channel, said.purpose, rule.since
),
latest AS (
    SELECT DISTINCT ON (customer, iid, channel, purpose) *
    FROM said
    ORDER BY customer, iid, channel, purpose, at DESC, state, message_id COLLATE "C" DESC
),
standing AS (
    SELECT latest.customer, latest.channel, latest.purpose, latest.at, latest.evidence, latest.message_id,
        CASE WHEN latest.state = 'granted' AND latest.at >= twice.since
            AND (twice.confirmed_at IS NULL OR twice.confirmed_at < twice.denied_at)
            THEN 'pending' ELSE latest.state END AS state
    FROM latest
    LEFT JOIN asked_twice AS twice USING (customer, channel, purpose)
)
SELECT DISTINCT ON (customer, channel, purpose) customer, channel, purpose, state, at, evidence
FROM standing
ORDER BY customer, channel, purpose, array_position(ARRAY['denied', 'pending', 'granted'], state), at DESC,
    message_id COLLATE "C" DESC

-- identifiers_like --
-- Customers of whom an identifier begins like this.
SELECT DISTINCT coalesce(link.customer, found.iid)
FROM (SELECT iid FROM profile.identifier WHERE value LIKE %(beginning)s LIMIT %(most)s) AS found
LEFT JOIN profile.link AS link ON link.iid = found.iid

-- identifiers_being --
-- Customers of whom an identifier is exactly this.
SELECT DISTINCT coalesce(link.customer, found.iid)
FROM (SELECT iid FROM profile.identifier WHERE value = %(value)s LIMIT %(most)s) AS found
LEFT JOIN profile.link AS link ON link.iid = found.iid

-- names_being --
-- Customers of whom a name is exactly this.
SELECT DISTINCT coalesce(link.customer, found.iid)
FROM (
    SELECT iid FROM profile.trait
    WHERE key IN ('name', 'first_name', 'last_name', 'firstName', 'lastName')
        AND lower(value #>> '{}') = %(value)s
    LIMIT %(most)s
) AS found
LEFT JOIN profile.link AS link ON link.iid = found.iid

-- personal_tags --
-- What the brand says of names that hold personal data.
SELECT what, name, tag FROM profile.personal_tag ORDER BY what, name

-- put_personal_tag --
-- What the brand says of one name from now on.
INSERT INTO profile.personal_tag (what, name, tag, changed_by, changed_at)
VALUES (%(what)s, %(name)s, %(tag)s, %(by)s, %(at)s)
ON CONFLICT (what, name) DO UPDATE
SET tag = excluded.tag, changed_by = excluded.changed_by, changed_at = excluded.changed_at

-- names_like --
-- Customers of whom a name begins like this.
SELECT DISTINCT coalesce(link.customer, found.iid)
FROM (
    SELECT iid FROM profile.trait
    WHERE key IN ('name', 'first_name', 'last_name', 'firstName', 'lastName')
        AND lower(value #>> '{}') LIKE %(beginning)s
    LIMIT %(most)s
) AS found
LEFT JOIN profile.link AS link ON link.iid = found.iid

-- everyone_latest --
-- Customers by when any of their identifiers was last met, latest first: walks the index, stops when the page is full.
SELECT coalesce(link.customer, sighting.iid) AS customer, sighting.last_seen AS at, sighting.iid AS tie
FROM profile.sighting AS sighting
LEFT JOIN profile.link AS link ON link.iid = sighting.iid
WHERE (sighting.last_seen, sighting.iid) < (%(at)s::timestamptz, %(tie)s::bigint)
    AND NOT EXISTS (
        SELECT 1
        FROM profile.link AS sister
        JOIN profile.sighting AS later ON later.iid = sister.iid
        WHERE sister.customer = coalesce(link.customer, sighting.iid)
            AND (later.last_seen, later.iid) > (sighting.last_seen, sighting.iid)
    )
    AND NOT EXISTS (
        SELECT 1
        FROM profile.sighting AS later
        WHERE later.iid = link.customer AND (later.last_seen, later.iid) > (sighting.last_seen, sighting.iid)
    )
ORDER BY sighting.last_seen DESC, sighting.iid DESC
LIMIT %(limit)s

-- everyone_newest --
-- Customers by when they were first met, newest first: a customer's id is her oldest identifier.
SELECT known.iid AS customer, known.first_seen AS at, known.iid AS tie
FROM profile.identifier AS known
WHERE (known.first_seen, known.iid) < (%(at)s::timestamptz, %(tie)s::bigint)
    AND NOT EXISTS (SELECT 1 FROM profile.link AS link WHERE link.iid = known.iid)
ORDER BY known.first_seen DESC, known.iid DESC
LIMIT %(limit)s

-- some_latest --
-- The same as everyone_latest among the given customers.
WITH member AS (
    SELECT customer, customer AS iid FROM unnest(%(among)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.link WHERE customer = ANY(%(among)s::bigint[])
),
latest AS (
    SELECT DISTINCT ON (member.customer) member.customer, sighting.last_seen AS at, sighting.iid AS tie
    FROM member
    JOIN profile.sighting AS sighting ON sighting.iid = member.iid
    ORDER BY member.customer, sighting.last_seen DESC, sighting.iid DESC
)
SELECT customer, at, tie
FROM latest
WHERE (at, tie) < (%(at)s::timestamptz, %(tie)s::bigint)
ORDER BY at DESC, tie DESC
LIMIT %(limit)s

-- some_newest --
-- The same as everyone_newest among the given customers.
SELECT known.iid AS customer, known.first_seen AS at, known.iid AS tie
FROM profile.identifier AS known
WHERE known.iid = ANY(%(among)s::bigint[])
    AND (known.first_seen, known.iid) < (%(at)s::timestamptz, %(tie)s::bigint)
ORDER BY known.first_seen DESC, known.iid DESC
LIMIT %(limit)s

-- graph_edges --
-- The evidence that touches these identifiers, surest first.
SELECT a, b, kind, message_id AS evidence, source, at, refusal AS reason
FROM profile.edge
WHERE a = ANY(%(iids)s::bigint[]) OR b = ANY(%(iids)s::bigint[])
ORDER BY turn, at, message_id COLLATE "C", a, b
LIMIT %(most)s

-- graph_nodes --
-- Identifiers and whose they are.
SELECT known.iid, known.kind, known.value, coalesce(link.customer, known.iid) AS customer,
    known.hub OR known.blocked AS blocked
FROM profile.identifier AS known
LEFT JOIN profile.link AS link ON link.iid = known.iid
WHERE known.iid = ANY(%(iids)s::bigint[])
ORDER BY known.rank, known.first_seen, known.iid

-- graph_separations --
-- The separations in which these identifiers stand, latest first.
SELECT separation.id, separation.customer, separation.identifiers, separation.by, separation.reason, separation.at,
    separation.undone_at
FROM profile.separation AS separation
WHERE EXISTS (
    SELECT 1 FROM profile.separated AS separated
    WHERE separated.separation = separation.id AND separated.iid = ANY(%(iids)s::bigint[])
)
ORDER BY separation.id DESC

-- trait_keys --
-- Every trait anybody has, for the catalogue that templates and segments are checked against: skips along the index.
WITH RECURSIVE keys (key) AS (
    (SELECT key FROM profile.trait ORDER BY key LIMIT 1)
    UNION ALL
    SELECT (SELECT trait.key FROM profile.trait AS trait WHERE trait.key > keys.key ORDER BY trait.key LIMIT 1)
    FROM keys WHERE keys.key IS NOT NULL
)
SELECT key FROM keys WHERE key IS NOT NULL
