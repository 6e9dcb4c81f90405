-- find_receipt --
-- What became of her messages.
SELECT to_jsonb(kept) FROM deliver.receipt AS kept WHERE kept.key IN (
    SELECT key FROM deliver.message
    WHERE iid = ANY(%(iids)s::bigint[]) OR to_address = ANY(%(values)s::text[])
)

-- erase_receipt --
-- The same.
DELETE FROM deliver.receipt AS kept WHERE kept.key IN (
    SELECT key FROM deliver.message
    WHERE iid = ANY(%(iids)s::bigint[]) OR to_address = ANY(%(values)s::text[])
)

-- find_link --
-- The links in her messages.
SELECT to_jsonb(kept) FROM deliver.link AS kept WHERE kept.key IN (
    SELECT key FROM deliver.message
    WHERE iid = ANY(%(iids)s::bigint[]) OR to_address = ANY(%(values)s::text[])
)

-- erase_link --
-- The same.
DELETE FROM deliver.link AS kept WHERE kept.key IN (
    SELECT key FROM deliver.message
    WHERE iid = ANY(%(iids)s::bigint[]) OR to_address = ANY(%(values)s::text[])
)

-- find_prompt --
-- What store associates were to say to her.
SELECT to_jsonb(kept) FROM deliver.prompt AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.key IN (
    SELECT key FROM deliver.message
    WHERE iid = ANY(%(iids)s::bigint[]) OR to_address = ANY(%(values)s::text[])
)

-- erase_prompt --
-- The same.
DELETE FROM deliver.prompt AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.key IN (
    SELECT key FROM deliver.message
    WHERE iid = ANY(%(iids)s::bigint[]) OR to_address = ANY(%(values)s::text[])
)

-- find_audience_row --
-- How she came into ad audiences and left them.
SELECT to_jsonb(kept) FROM deliver.audience_row AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_audience_row --
-- The same.
DELETE FROM deliver.audience_row AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_address_state --
-- Her addresses that must not be written to; a keyed hash takes their place.
SELECT to_jsonb(kept) FROM deliver.address_state AS kept WHERE kept.address = ANY(%(values)s::text[])

-- erase_address_state --
-- The same.
DELETE FROM deliver.address_state AS kept WHERE kept.address = ANY(%(values)s::text[])

-- find_message --
-- What she was sent, in the words she got.
SELECT to_jsonb(kept) FROM deliver.message AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.to_address = ANY(%(values)s::text[])

-- erase_message --
-- The same.
DELETE FROM deliver.message AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.to_address = ANY(%(values)s::text[])
