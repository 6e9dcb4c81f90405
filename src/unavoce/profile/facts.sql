-- links_checksum --
-- Count and checksum of the copied links, the same sum as PostgreSQL makes; (iid, iid) means no longer linked.
SELECT
    toInt64(count()) AS links,
    toInt64(sum((iid % 1000000007) * (customer % 998244353) % 1000000009)) AS checksum
FROM profile.link
WHERE iid != customer

-- empty_spare --
-- Room for a fresh copy of the links.
TRUNCATE TABLE profile.link_spare

-- exchange_links --
-- The fresh copy takes the old one's place at once, so that nobody ever sees half of it.
EXCHANGE TABLES profile.link AND profile.link_spare
