-- repeated --
-- The calls that came again, the one received last first, from a spot on; of times, milliseconds count.
SELECT key, received_at, source, name, message_id, event_id
FROM (
    SELECT lpad(lane::text, 3, '0') || '-' || lpad(seq::text, 19, '0') AS key, source.key AS source,
        repeated.name, message_id, event_id, date_trunc('milliseconds', received_at) AS received_at
    FROM collect.repeated JOIN collect.source ON source.id = source_id
    WHERE received_at BETWEEN %(since)s AND %(before)s::timestamptz + interval '1 millisecond'
        AND (%(source)s = '' OR source.key = %(source)s) AND (%(name)s = '' OR repeated.name = %(name)s)
) AS came
WHERE received_at < %(before)s OR (received_at = %(before)s AND key COLLATE "C" > %(beyond)s)
ORDER BY received_at DESC, key COLLATE "C"
LIMIT %(most)s;

-- repetitions --
-- When an event came again, latest first.
SELECT lpad(lane::text, 3, '0') || '-' || lpad(seq::text, 19, '0') AS key, received_at, source.key AS source,
    repeated.name, message_id, event_id
FROM collect.repeated JOIN collect.source ON source.id = source_id
WHERE event_id = %(event_id)s
ORDER BY received_at DESC, lane, seq
LIMIT 20;

-- failed --
-- The calls that failed, the one received last first, from a spot on; `needle` is looked for in what was sent.
SELECT key, received_at, source, reason, detail, content
FROM (
    SELECT lpad(failed_event.id::text, 19, '0') AS key, source.key AS source, reason, detail,
        substr(content, 1, %(bytes)s) AS content, date_trunc('milliseconds', received_at) AS received_at
    FROM collect.failed_event JOIN collect.source ON source.id = source_id
    WHERE received_at BETWEEN %(since)s AND %(before)s::timestamptz + interval '1 millisecond'
        AND (%(source)s = '' OR source.key = %(source)s)
        AND (%(needle)s = '' OR position(convert_to(%(needle)s, 'UTF8') IN content) > 0)
        AND (%(name)s = '' OR position(convert_to(%(name)s, 'UTF8') IN content) > 0)
) AS came
WHERE received_at < %(before)s OR (received_at = %(before)s AND key COLLATE "C" > %(beyond)s)
ORDER BY received_at DESC, key COLLATE "C"
LIMIT %(most)s;

-- failure --
-- One call that failed, with all that was sent.
SELECT failed_event.id, source.key AS source, reason, detail, received_at, content
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE failed_event.id = %(id)s;
