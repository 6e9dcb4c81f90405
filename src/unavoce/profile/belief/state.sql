-- consent_log --
-- Everything a customer ever said about channels and purposes, newest first.
WITH member AS (
    SELECT %(customer)s::bigint AS iid
    UNION
    SELECT iid FROM profile.link WHERE customer = %(customer)s
)
SELECT DISTINCT ON (consent.at, consent.channel, consent.purpose, consent.message_id)
    consent.channel, consent.purpose, consent.state, consent.at, consent.evidence, consent.message_id
FROM member
JOIN profile.consent AS consent ON consent.iid = member.iid
ORDER BY consent.at DESC, consent.channel, consent.purpose, consent.message_id
LIMIT %(most)s

-- consent_rules --
-- Where the brand asks twice.
SELECT channel, since, link_days FROM profile.consent_rule ORDER BY channel

-- put_consent_rule --
-- From now on the brand asks twice on a channel; what was allowed before stays so.
INSERT INTO profile.consent_rule (channel, since, link_days, changed_by)
VALUES (%(channel)s, %(since)s, %(link_days)s, %(by)s)
ON CONFLICT (channel) DO UPDATE SET link_days = excluded.link_days, changed_by = excluded.changed_by

-- drop_consent_rule --
-- The brand no longer asks twice on a channel.
DELETE FROM profile.consent_rule WHERE channel = %(channel)s

-- source_ranks --
-- How much the brand believes sources.
SELECT source, rank FROM profile.source_rank ORDER BY rank, source

-- drop_source_ranks --
-- Sources are believed by their kind again.
DELETE FROM profile.source_rank

-- put_source_rank --
-- How much the brand believes a source.
INSERT INTO profile.source_rank (source, rank, changed_by, changed_at)
VALUES (%(source)s, %(rank)s, %(by)s, %(at)s)

-- computed_of --
-- What we ourselves said last of one trait of these customers.
WITH member AS (
    SELECT customer, customer AS iid FROM unnest(%(customers)s::bigint[]) AS asked (customer)
    UNION
    SELECT customer, iid FROM profile.link WHERE customer = ANY(%(customers)s::bigint[])
)
SELECT DISTINCT ON (member.customer) member.customer, trait.value, trait.at
FROM member
JOIN profile.trait AS trait ON trait.iid = member.iid
WHERE trait.key = %(key)s AND trait.source = 'internal'
ORDER BY member.customer, trait.at DESC, trait.message_id COLLATE "C" DESC

-- computed_customers --
-- Everybody of whom we ourselves said something of this trait.
SELECT DISTINCT coalesce(link.customer, trait.iid)
FROM profile.trait AS trait
LEFT JOIN profile.link AS link ON link.iid = trait.iid
WHERE trait.key = %(key)s AND trait.source = 'internal'

-- is_told --
-- Whether somebody else than we ourselves tells this trait.
SELECT EXISTS (SELECT 1 FROM profile.trait WHERE key = %(key)s AND source <> 'internal')

-- written --
-- Identifiers as they are written.
SELECT iid, kind, value FROM profile.identifier WHERE iid = ANY(%(iids)s::bigint[]) AND NOT hub
