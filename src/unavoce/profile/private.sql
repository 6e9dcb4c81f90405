-- find_identifier --
-- Her identifiers as they are written.
SELECT to_jsonb(known) FROM profile.identifier AS known WHERE known.iid = ANY(%(iids)s::bigint[])

-- erase_identifier --
-- Her identifiers.
DELETE FROM profile.identifier WHERE iid = ANY(%(iids)s::bigint[])

-- find_sighting --
-- When each of her identifiers was last met.
SELECT to_jsonb(met) FROM profile.sighting AS met WHERE met.iid = ANY(%(iids)s::bigint[])

-- erase_sighting --
-- When each of her identifiers was last met.
DELETE FROM profile.sighting WHERE iid = ANY(%(iids)s::bigint[])

-- find_collision --
-- Identifiers that were kept out because their number was hers, or that are hers and have another's number.
SELECT to_jsonb(kept) FROM profile.collision AS kept
WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.value = ANY(%(values)s::text[])

-- erase_collision --
-- The same.
DELETE FROM profile.collision WHERE iid = ANY(%(iids)s::bigint[]) OR value = ANY(%(values)s::text[])

-- find_edge --
-- The evidence that joins her identifiers, to each other and to others'.
SELECT to_jsonb(edge) FROM profile.edge AS edge
WHERE edge.a = ANY(%(iids)s::bigint[]) OR edge.b = ANY(%(iids)s::bigint[])

-- erase_edge --
-- The same.
DELETE FROM profile.edge WHERE a = ANY(%(iids)s::bigint[]) OR b = ANY(%(iids)s::bigint[])

-- find_link --
-- Which identifiers are one customer.
SELECT to_jsonb(link) FROM profile.link AS link
WHERE link.iid = ANY(%(iids)s::bigint[]) OR link.customer = ANY(%(iids)s::bigint[])

-- erase_link --
-- The same.
DELETE FROM profile.link WHERE iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])

-- find_link_log --
-- Which identifiers were one customer, and when.
SELECT to_jsonb(past) FROM profile.link_log AS past
WHERE past.iid = ANY(%(iids)s::bigint[]) OR past.customer = ANY(%(iids)s::bigint[])

-- erase_link_log --
-- The same.
DELETE FROM profile.link_log WHERE iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])

-- find_separated --
-- On which side of a separation her identifiers stand.
SELECT to_jsonb(side) FROM profile.separated AS side WHERE side.iid = ANY(%(iids)s::bigint[])

-- erase_separated --
-- Both sides of every separation that speaks of her: without her it keeps nobody apart.
DELETE FROM profile.separated WHERE separation IN (
    SELECT id FROM profile.separation
    WHERE customer = ANY(%(iids)s::bigint[]) OR identifiers && %(iids)s::bigint[]
    UNION ALL
    SELECT separation FROM profile.separated WHERE iid = ANY(%(iids)s::bigint[])
)

-- find_separation --
-- What people decided about her identifiers.
SELECT to_jsonb(decided) FROM profile.separation AS decided
WHERE decided.customer = ANY(%(iids)s::bigint[]) OR decided.identifiers && %(iids)s::bigint[]

-- erase_separation --
-- The same; its sides are gone already.
DELETE FROM profile.separation
WHERE customer = ANY(%(iids)s::bigint[]) OR identifiers && %(iids)s::bigint[]

-- find_trait --
-- The newest value each source gave for each of her traits.
SELECT to_jsonb(said) FROM profile.trait AS said WHERE said.iid = ANY(%(iids)s::bigint[])

-- erase_trait --
-- The same.
DELETE FROM profile.trait WHERE iid = ANY(%(iids)s::bigint[])

-- find_consent --
-- What she allowed and forbade, and the evidence.
SELECT to_jsonb(said) FROM profile.consent AS said WHERE said.iid = ANY(%(iids)s::bigint[])

-- erase_consent --
-- The same.
DELETE FROM profile.consent WHERE iid = ANY(%(iids)s::bigint[])

-- find_identity_seed --
-- Around which of her identifiers customers are still to be worked out by new rules.
SELECT to_jsonb(seed) FROM profile.identity_seed AS seed WHERE seed.iid = ANY(%(iids)s::bigint[])

-- erase_identity_seed --
-- The same.
DELETE FROM profile.identity_seed WHERE iid = ANY(%(iids)s::bigint[])

-- find_identity_work --
-- Trials of rules that have her among their examples.
SELECT to_jsonb(work) FROM profile.identity_work AS work
WHERE EXISTS (SELECT 1 FROM unnest(%(ids)s::text[]) AS hers (id) WHERE strpos(work.result::text, hers.id) > 0)

-- erase_identity_work --
-- The examples, all of them: the counts stay.
UPDATE profile.identity_work SET result = result - 'examples'
WHERE EXISTS (SELECT 1 FROM unnest(%(ids)s::text[]) AS hers (id) WHERE strpos(identity_work.result::text, hers.id) > 0)

-- find_suggestion --
-- Whom she was thought to be.
SELECT to_jsonb(pair) FROM profile.suggestion AS pair
WHERE pair.one = ANY(%(iids)s::bigint[]) OR pair.other = ANY(%(iids)s::bigint[])

-- erase_suggestion --
-- The same.
DELETE FROM profile.suggestion WHERE one = ANY(%(iids)s::bigint[]) OR other = ANY(%(iids)s::bigint[])

-- find_group_trait --
-- What is known of groups to which nobody but her belongs.
SELECT to_jsonb(trait) FROM profile.group_trait AS trait
WHERE EXISTS (
    SELECT 1 FROM profile.group_member AS hers
    WHERE hers.group_id = trait.group_id AND hers.iid = ANY(%(iids)s::bigint[])
) AND NOT EXISTS (
    SELECT 1 FROM profile.group_member AS other
    WHERE other.group_id = trait.group_id AND other.iid <> ALL(%(iids)s::bigint[])
)

-- erase_group_trait --
-- The same.
DELETE FROM profile.group_trait AS trait
WHERE EXISTS (
    SELECT 1 FROM profile.group_member AS hers
    WHERE hers.group_id = trait.group_id AND hers.iid = ANY(%(iids)s::bigint[])
) AND NOT EXISTS (
    SELECT 1 FROM profile.group_member AS other
    WHERE other.group_id = trait.group_id AND other.iid <> ALL(%(iids)s::bigint[])
)

-- find_group_member --
-- The groups she belongs to.
SELECT to_jsonb(belonging) FROM profile.group_member AS belonging WHERE belonging.iid = ANY(%(iids)s::bigint[])

-- erase_group_member --
-- The same.
DELETE FROM profile.group_member WHERE iid = ANY(%(iids)s::bigint[])
