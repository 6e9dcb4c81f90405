-- find_noticed --
-- Her events that wait to be played.
SELECT to_jsonb(kept) FROM decide.noticed AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_noticed --
-- The same.
DELETE FROM decide.noticed AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_happened --
-- Her events of the last days.
SELECT to_jsonb(kept) FROM decide.happened AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_happened --
-- The same.
DELETE FROM decide.happened AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_relinked --
-- Her identifiers whose links have just changed.
SELECT to_jsonb(kept) FROM decide.relinked AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_relinked --
-- The same.
DELETE FROM decide.relinked AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_goal --
-- The goals of journeys that she reached.
SELECT to_jsonb(kept) FROM decide.goal AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_goal --
-- The same.
DELETE FROM decide.goal AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_due --
-- When she is due in a journey.
SELECT to_jsonb(kept) FROM decide.due AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_due --
-- The same.
DELETE FROM decide.due AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_waiting --
-- Where she stands in journeys.
SELECT to_jsonb(kept) FROM decide.waiting AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_waiting --
-- The same.
DELETE FROM decide.waiting AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_transition --
-- Every move she made in journeys.
SELECT to_jsonb(kept) FROM decide.transition AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.customer = ANY(%(iids)s::bigint[])

-- erase_transition --
-- The same.
DELETE FROM decide.transition AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.customer = ANY(%(iids)s::bigint[])

-- find_intent_state --
-- Every state that a message to her has been in.
SELECT to_jsonb(kept) FROM decide.intent_state AS kept WHERE kept.intent IN (
    SELECT id FROM decide.intent WHERE iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])
)

-- erase_intent_state --
-- The same.
DELETE FROM decide.intent_state AS kept WHERE kept.intent IN (
    SELECT id FROM decide.intent WHERE iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])
)

-- find_intent --
-- What was or is to be said to her.
SELECT to_jsonb(kept) FROM decide.intent AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.customer = ANY(%(iids)s::bigint[])

-- erase_intent --
-- The same.
DELETE FROM decide.intent AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.customer = ANY(%(iids)s::bigint[])

-- find_decision --
-- Every decision about her, and why.
SELECT to_jsonb(kept) FROM decide.decision AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.customer = ANY(%(iids)s::bigint[])

-- erase_decision --
-- The same.
DELETE FROM decide.decision AS kept WHERE kept.iid = ANY(%(iids)s::bigint[]) OR kept.customer = ANY(%(iids)s::bigint[])

-- find_suppression --
-- What is kept from her, because she bought it.
SELECT to_jsonb(kept) FROM decide.suppression AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_suppression --
-- The same.
DELETE FROM decide.suppression AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- find_enrolment --
-- The journeys she entered.
SELECT to_jsonb(kept) FROM decide.enrolment AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])

-- erase_enrolment --
-- The same.
DELETE FROM decide.enrolment AS kept WHERE kept.iid = ANY(%(iids)s::bigint[])
