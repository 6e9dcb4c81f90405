-- empty_faces --
-- Nothing is looked for.
TRUNCATE profile.likeness_face

-- empty_pairs --
-- Nobody is compared.
TRUNCATE profile.likeness_pair

-- trait_faces --
-- What traits say of names, birthdays, masked phones and addresses, in one way of writing.
INSERT INTO profile.likeness_face (customer, field, value)
SELECT DISTINCT customer, field, value
FROM (
    SELECT
        coalesce(link.customer, trait.iid) AS customer,
        CASE
            WHEN trait.key IN ('name', 'full_name', 'fullName') THEN 'name'
            WHEN trait.key IN ('birthday', 'birthdate', 'birth_date', 'birthDate', 'date_of_birth', 'dob') THEN 'birthday'
            WHEN trait.key IN ('phone', 'mobile') THEN CASE WHEN trait.value #>> '{}' ~ '[*•●xX]' THEN 'mask' ELSE 'phone' END
            ELSE 'address'
        END AS field,
        CASE
            WHEN trait.key IN ('name', 'full_name', 'fullName') THEN (
                SELECT string_agg(word, '' ORDER BY word)
                FROM regexp_split_to_table(lower(normalize(trait.value #>> '{}', NFKC)), '[\s.,\-·・]+') AS word
            )
            WHEN trait.key IN ('birthday', 'birthdate', 'birth_date', 'birthDate', 'date_of_birth', 'dob')
                THEN left(regexp_replace(trait.value #>> '{}', '\D', '', 'g'), 8)
            WHEN trait.key IN ('phone', 'mobile') THEN CASE
                WHEN trait.value #>> '{}' ~ '[*•●xX]'
                    THEN regexp_replace(regexp_replace(trait.value #>> '{}', '[*•●xX]', '_', 'g'), '[^0-9_]', '', 'g')
                ELSE right(regexp_replace(trait.value #>> '{}', '\D', '', 'g'), 8)
            END
            ELSE lower(regexp_replace(normalize(trait.value #>> '{}', NFKC), '[\s.,\-#"{}:]+', '', 'g'))
        END AS value
    FROM profile.trait AS trait
    LEFT JOIN profile.link AS link ON link.iid = trait.iid
    WHERE trait.key IN ('name', 'full_name', 'fullName', 'birthday', 'birthdate', 'birth_date', 'birthDate',
            'date_of_birth', 'dob', 'phone', 'mobile', 'address', 'street')
        AND trait.value <> 'null'::jsonb
) AS said
WHERE CASE field
    WHEN 'name' THEN length(value) >= 2 AND value !~ '[*•●○]'
    WHEN 'birthday' THEN length(value) = 8
    WHEN 'phone' THEN length(value) = 8
    WHEN 'mask' THEN length(replace(value, '_', '')) BETWEEN 4 AND 8
    ELSE length(value) >= 8
END

-- split_name_faces --
-- Names that are said in two parts.
INSERT INTO profile.likeness_face (customer, field, value)
SELECT DISTINCT customer, 'name', value
FROM (
    SELECT
        coalesce(link.customer, one.iid) AS customer,
        (
            SELECT string_agg(word, '' ORDER BY word)
            FROM regexp_split_to_table(lower(normalize(one.value #>> '{}' || ' ' || (two.value #>> '{}'), NFKC)), '[\s.,\-·・]+') AS word
        ) AS value
    FROM profile.trait AS one
    JOIN profile.trait AS two ON two.iid = one.iid AND two.source = one.source AND two.priority = one.priority
        AND two.key = CASE one.key WHEN 'last_name' THEN 'first_name' ELSE 'firstName' END
    LEFT JOIN profile.link AS link ON link.iid = one.iid
    WHERE one.key IN ('last_name', 'lastName') AND one.value <> 'null'::jsonb AND two.value <> 'null'::jsonb
) AS said
WHERE length(value) >= 2 AND value !~ '[*•●○]'

-- identifier_faces --
-- The ends of phones, and what stands before the @ of an address; nothing of hubs, which are everybody's.
INSERT INTO profile.likeness_face (customer, field, value)
SELECT DISTINCT customer, field, value
FROM (
    SELECT
        coalesce(link.customer, known.iid) AS customer,
        CASE known.kind WHEN 'phone' THEN 'phone' ELSE 'email' END AS field,
        CASE known.kind
            WHEN 'phone' THEN right(regexp_replace(known.value, '\D', '', 'g'), 8)
            ELSE regexp_replace(split_part(split_part(known.value, '@', 1), '+', 1), '[._\-]', '', 'g')
        END AS value
    FROM profile.identifier AS known
    LEFT JOIN profile.link AS link ON link.iid = known.iid
    WHERE known.kind IN ('phone', 'email') AND NOT known.hub AND NOT known.blocked
) AS said
WHERE length(value) >= 6
    AND value NOT IN ('service', 'contact', 'support', 'webmaster', 'noreply', 'mailbox', 'office', 'customer')

-- block --
-- Pairs worth a comparison: one name and birthday, one end of a phone, one word before the @, one name and address,
-- one name and the last digits of a phone. A value that many have tells nothing and would make too many pairs.
INSERT INTO profile.likeness_pair (one, other, sampled)
WITH named AS MATERIALIZED (
    SELECT customer, value FROM profile.likeness_face WHERE field = 'name'
),
keyed AS MATERIALIZED (
    SELECT named.customer, 'b' || named.value || ' ' || face.value AS key
    FROM named JOIN profile.likeness_face AS face ON face.customer = named.customer AND face.field = 'birthday'
    UNION ALL
    SELECT named.customer, 'a' || left(named.value, 1) || ' ' || face.value
    FROM named JOIN profile.likeness_face AS face ON face.customer = named.customer AND face.field = 'address'
    UNION ALL
    SELECT named.customer, 't' || named.value || ' ' || right(face.value, 3)
    FROM named JOIN profile.likeness_face AS face ON face.customer = named.customer AND face.field IN ('phone', 'mask')
    UNION ALL
    SELECT birth.customer, 'p' || birth.value || ' ' || left(phone.value, 4)
    FROM profile.likeness_face AS birth
    JOIN profile.likeness_face AS phone ON phone.customer = birth.customer AND phone.field = 'phone'
    WHERE birth.field = 'birthday'
    UNION ALL
    SELECT customer, left(field, 2) || value FROM profile.likeness_face WHERE field IN ('phone', 'email')
),
fit AS MATERIALIZED (
    SELECT key FROM keyed GROUP BY key HAVING count(DISTINCT customer) BETWEEN 2 AND %(largest)s
)
SELECT DISTINCT least(a.customer, b.customer), greatest(a.customer, b.customer), false
FROM fit
JOIN keyed AS a ON a.key = fit.key
JOIN keyed AS b ON b.key = fit.key AND b.customer > a.customer

-- sample --
-- Strangers by chance: everybody beside the next in the order of a hash.
INSERT INTO profile.likeness_pair (one, other, sampled)
SELECT least(customer, next), greatest(customer, next), true
FROM (
    SELECT customer, lead(customer) OVER (ORDER BY hashint8(customer), customer) AS next
    FROM (SELECT DISTINCT customer FROM profile.likeness_face) AS everybody
) AS beside
WHERE next IS NOT NULL
LIMIT %(most)s

-- compared --
-- How alike the two of each pair are, field by field: 3 the same, 2 close, 1 fits a mask, 0 differs; absent is unsaid.
WITH level AS (
    SELECT
        pair.one, pair.other, a.field, max(CASE
            WHEN a.value = b.value THEN 3
            WHEN a.field = 'birthday' AND (
                (left(a.value, 4) = left(b.value, 4))::int + (substr(a.value, 5, 2) = substr(b.value, 5, 2))::int
                + (right(a.value, 2) = right(b.value, 2))::int >= 2
                OR left(a.value, 4) || right(a.value, 2) || substr(a.value, 5, 2) = b.value) THEN 2
            WHEN a.field IN ('phone', 'email') AND length(a.value) = length(b.value) AND (
                SELECT count(*) FROM generate_series(1, length(a.value)) AS place
                WHERE substr(a.value, place, 1) <> substr(b.value, place, 1)
            ) <= 1 THEN 2
            WHEN a.field = 'name' AND length(a.value) >= 2 AND length(b.value) >= 2
                AND (strpos(a.value, b.value) > 0 OR strpos(b.value, a.value) > 0
                    OR length(a.value) = length(b.value) AND length(a.value) >= 3 AND (
                        SELECT count(*) FROM generate_series(1, length(a.value)) AS place
                        WHERE substr(a.value, place, 1) <> substr(b.value, place, 1)
                    ) = 1) THEN 2
            ELSE 0
        END) AS level
    FROM profile.likeness_pair AS pair
    JOIN profile.likeness_face AS a ON a.customer = pair.one AND a.field <> 'mask'
    JOIN profile.likeness_face AS b ON b.customer = pair.other AND b.field = a.field
    WHERE pair.sampled = %(sampled)s
    GROUP BY pair.one, pair.other, a.field
    UNION ALL
    SELECT pair.one, pair.other, 'phone', max(CASE
        WHEN phone.field = 'phone' AND phone.value LIKE right(mask.value, 8) THEN 1
        WHEN phone.field = 'mask' AND phone.value = mask.value THEN 1
        ELSE 0
    END)
    FROM profile.likeness_pair AS pair
    JOIN profile.likeness_face AS mask ON mask.customer IN (pair.one, pair.other) AND mask.field = 'mask'
        AND length(mask.value) >= 8
    JOIN profile.likeness_face AS phone ON phone.field IN ('phone', 'mask')
        AND phone.customer = CASE mask.customer WHEN pair.one THEN pair.other ELSE pair.one END
    WHERE pair.sampled = %(sampled)s
    GROUP BY pair.one, pair.other
)
SELECT
    level.one, level.other,
    max(level) FILTER (WHERE field = 'name') AS name,
    max(level) FILTER (WHERE field = 'birthday') AS birthday,
    max(level) FILTER (WHERE field = 'phone') AS phone,
    max(level) FILTER (WHERE field = 'email') AS email,
    max(level) FILTER (WHERE field = 'address') AS address,
    (
        SELECT min((SELECT count(*) FROM profile.likeness_face AS bearer WHERE bearer.field = 'name' AND bearer.value = a.value))
        FROM profile.likeness_face AS a
        JOIN profile.likeness_face AS b ON b.customer = level.other AND b.field = 'name' AND b.value = a.value
        WHERE a.customer = level.one AND a.field = 'name'
    ) AS bearers
FROM level
GROUP BY level.one, level.other

-- coincidence --
-- How often two people drawn by chance have the same value of a field, by how often each value occurs.
SELECT field, sum(n) AS people, sum(n * (n - 1)) / greatest(sum(n) * (sum(n) - 1), 1) AS share
FROM (
    SELECT field, value, count(*)::double precision AS n FROM profile.likeness_face WHERE field <> 'mask' GROUP BY field, value
) AS held
GROUP BY field

-- customers --
-- How many customers have a face at all.
SELECT count(DISTINCT customer) FROM profile.likeness_face

-- suggest --
-- What was found; what somebody has rejected, or set apart, is not said again, whatever their ids are by now.
INSERT INTO profile.suggestion (one, other, score, chance, evidence, found_at)
SELECT found.one, found.other, found.score, found.chance, found.evidence::jsonb, %(now)s
FROM unnest(%(ones)s::bigint[], %(others)s::bigint[], %(scores)s::double precision[], %(chances)s::double precision[], %(evidences)s::text[])
    AS found (one, other, score, chance, evidence)
WHERE NOT EXISTS (
    SELECT 1
    FROM profile.suggestion AS past
    LEFT JOIN profile.link AS first ON first.iid = past.one
    LEFT JOIN profile.link AS second ON second.iid = past.other
    WHERE past.state = 'rejected'
        AND least(coalesce(first.customer, past.one), coalesce(second.customer, past.other)) = found.one
        AND greatest(coalesce(first.customer, past.one), coalesce(second.customer, past.other)) = found.other
)
AND NOT EXISTS (
    SELECT 1
    FROM profile.separation AS separation
    JOIN profile.separated AS mine ON mine.separation = separation.id
    JOIN profile.separated AS hers ON hers.separation = separation.id AND hers.apart <> mine.apart
    LEFT JOIN profile.link AS my ON my.iid = mine.iid
    LEFT JOIN profile.link AS her ON her.iid = hers.iid
    WHERE separation.undone_at IS NULL AND coalesce(my.customer, mine.iid) = found.one
        AND coalesce(her.customer, hers.iid) = found.other
)
ON CONFLICT (one, other) DO UPDATE
SET score = excluded.score, chance = excluded.chance, evidence = excluded.evidence, found_at = excluded.found_at
WHERE suggestion.state = 'open'

-- forget --
-- What is not found any more, and pairs that have become one.
DELETE FROM profile.suggestion AS past
WHERE past.state = 'open' AND past.found_at < %(now)s

-- queue --
-- Suggestions of a state that still speak of two customers, surest first.
SELECT
    past.id, past.one, past.other, coalesce(first.customer, past.one) AS first,
    coalesce(second.customer, past.other) AS second, past.score, past.chance, past.evidence, past.state, past.found_at,
    past.decided_by, past.decided_at
FROM profile.suggestion AS past
LEFT JOIN profile.link AS first ON first.iid = past.one
LEFT JOIN profile.link AS second ON second.iid = past.other
WHERE past.state = %(state)s AND (past.score, -past.id) < (%(score)s, %(tie)s)
    AND (past.state <> 'open' OR coalesce(first.customer, past.one) <> coalesce(second.customer, past.other))
ORDER BY past.score DESC, past.id
LIMIT %(most)s

-- suggestion --
-- One suggestion.
SELECT
    past.id, past.one, past.other, coalesce(first.customer, past.one) AS first,
    coalesce(second.customer, past.other) AS second, past.score, past.chance, past.evidence, past.state, past.found_at,
    past.decided_by, past.decided_at
FROM profile.suggestion AS past
LEFT JOIN profile.link AS first ON first.iid = past.one
LEFT JOIN profile.link AS second ON second.iid = past.other
WHERE past.id = %(id)s

-- waiting --
-- How many suggestions wait for a decision.
SELECT count(*)
FROM profile.suggestion AS past
LEFT JOIN profile.link AS first ON first.iid = past.one
LEFT JOIN profile.link AS second ON second.iid = past.other
WHERE past.state = 'open' AND coalesce(first.customer, past.one) <> coalesce(second.customer, past.other)

-- decide --
-- What somebody has decided; open again when it was taken back.
UPDATE profile.suggestion
SET state = %(state)s, decided_by = CASE WHEN %(state)s <> 'open' THEN %(by)s END,
    decided_at = CASE WHEN %(state)s <> 'open' THEN %(at)s::timestamptz END
WHERE id = %(id)s AND state = %(was)s

-- merged --
-- Whether somebody's word joins these two.
SELECT EXISTS (
    SELECT 1 FROM profile.edge
    WHERE a = least(%(one)s::bigint, %(other)s::bigint) AND b = greatest(%(one)s::bigint, %(other)s::bigint) AND kind = 'merge'
        AND refusal IS DISTINCT FROM 'undone'
)
