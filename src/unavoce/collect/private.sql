-- find_intake --
-- Accepted calls that name her and wait for the pump, which drops them; nobody else takes them out.
SELECT jsonb_build_object('received_at', waiting.received_at, 'body', encode(waiting.body, 'escape'))
FROM collect.intake AS waiting
WHERE privacy.mentions(waiting.body, %(patterns)s::text[])

-- find_seen --
-- The stand-ins for the ids of her live messages.
SELECT to_jsonb(seen) FROM collect.seen AS seen WHERE seen.id = ANY(%(events)s::bytea[])

-- erase_seen --
-- The same.
DELETE FROM collect.seen WHERE id = ANY(%(events)s::bytea[])

-- find_seen_import --
-- The stand-ins for the ids of her imported messages.
SELECT to_jsonb(seen) FROM collect.seen_import AS seen WHERE seen.id = ANY(%(events)s::bytea[])

-- erase_seen_import --
-- The same.
DELETE FROM collect.seen_import WHERE id = ANY(%(events)s::bytea[])

-- find_failed_event --
-- Calls that could not become events and name her.
SELECT jsonb_build_object('received_at', failed.received_at, 'reason', failed.reason, 'detail', failed.detail,
    'content', encode(failed.content, 'escape'), 'original', encode(failed.original, 'escape'))
FROM collect.failed_event AS failed
WHERE privacy.mentions(failed.content, %(patterns)s::text[])
    OR privacy.mentions(failed.original, %(patterns)s::text[])
    OR privacy.mentions(convert_to(failed.message_id, 'UTF8'), %(patterns)s::text[])
    OR privacy.mentions(convert_to(failed.detail, 'UTF8'), %(patterns)s::text[])

-- erase_failed_event --
-- The same.
DELETE FROM collect.failed_event
WHERE privacy.mentions(content, %(patterns)s::text[])
    OR privacy.mentions(original, %(patterns)s::text[])
    OR privacy.mentions(convert_to(message_id, 'UTF8'), %(patterns)s::text[])
    OR privacy.mentions(convert_to(detail, 'UTF8'), %(patterns)s::text[])

-- find_repeated --
-- Calls of hers that came again.
SELECT to_jsonb(again) FROM collect.repeated AS again WHERE again.event_id = ANY(%(events)s::bytea[])

-- erase_repeated --
-- The same.
DELETE FROM collect.repeated WHERE event_id = ANY(%(events)s::bytea[])
