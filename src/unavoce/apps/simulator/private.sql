-- find_reply_token --
-- Her phone's answers that wait.
SELECT to_jsonb(kept) FROM simulator.reply_token AS kept WHERE kept.line_user_id = ANY(%(values)s::text[])

-- erase_reply_token --
-- The same.
DELETE FROM simulator.reply_token AS kept WHERE kept.line_user_id = ANY(%(values)s::text[])

-- find_chat --
-- Her phone's messages.
SELECT to_jsonb(kept) FROM simulator.chat AS kept WHERE kept.line_user_id = ANY(%(values)s::text[])

-- erase_chat --
-- The same.
DELETE FROM simulator.chat AS kept WHERE kept.line_user_id = ANY(%(values)s::text[])

-- find_phone --
-- Her phone.
SELECT to_jsonb(kept) FROM simulator.phone AS kept WHERE kept.line_user_id = ANY(%(values)s::text[])

-- erase_phone --
-- The same.
DELETE FROM simulator.phone AS kept WHERE kept.line_user_id = ANY(%(values)s::text[])

-- find_letter --
-- Letters in her mailbox, and letters that name her.
SELECT to_jsonb(kept) FROM simulator.letter AS kept WHERE kept.address = ANY(%(values)s::text[])
    OR privacy.mentions(kept.raw, %(patterns)s::text[])

-- erase_letter --
-- The same.
DELETE FROM simulator.letter AS kept WHERE kept.address = ANY(%(values)s::text[])
    OR privacy.mentions(kept.raw, %(patterns)s::text[])

-- find_sale --
-- What she bought at the simulated till.
SELECT to_jsonb(kept) FROM simulator.sale AS kept WHERE kept.loyalty_card = ANY(%(values)s::text[])
    OR privacy.mentions(convert_to(kept.call::text, 'UTF8'), %(patterns)s::text[])

-- erase_sale --
-- The same.
DELETE FROM simulator.sale AS kept WHERE kept.loyalty_card = ANY(%(values)s::text[])
    OR privacy.mentions(convert_to(kept.call::text, 'UTF8'), %(patterns)s::text[])

-- find_ad_member --
-- Her place in simulated ad audiences.
SELECT to_jsonb(kept) FROM simulator.ad_member AS kept WHERE kept.member = ANY(%(hashes)s::text[]) OR EXISTS (
    SELECT 1 FROM jsonb_each_text(kept.hashed) AS said WHERE said.value = ANY(%(hashes)s::text[])
)

-- erase_ad_member --
-- The same.
DELETE FROM simulator.ad_member AS kept WHERE kept.member = ANY(%(hashes)s::text[]) OR EXISTS (
    SELECT 1 FROM jsonb_each_text(kept.hashed) AS said WHERE said.value = ANY(%(hashes)s::text[])
)

-- find_outgoing --
-- Calls about her that the simulator owes somebody.
SELECT to_jsonb(kept) FROM simulator.outgoing AS kept WHERE privacy.mentions(kept.body, %(patterns)s::text[])

-- erase_outgoing --
-- The same.
DELETE FROM simulator.outgoing AS kept WHERE privacy.mentions(kept.body, %(patterns)s::text[])
