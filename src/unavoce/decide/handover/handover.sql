-- expire --
-- What nobody handed over in time will not be handed over at all.
UPDATE decide.intent SET state = 'expired', settled_reason = 'expired', settled_at = %(now)s
WHERE state = 'reserved' AND planned_for <= %(now)s AND expires_at < %(now)s
RETURNING id, key, op, channel, message, audience, iid, customer, enrolment, journey, version, step, attempt, purpose,
    category, products, categories, planned_for, expires_at, at, state, capped, priority, settled_reason, blocked_by,
    event, detail;

-- claim --
-- Give a sender what is ready, or what another one has not come back with; journeys at rest give nothing.
WITH ready AS (
    SELECT intent.id FROM decide.intent JOIN decide.journey ON journey.key = intent.journey
    WHERE journey.status = 'live' AND intent.channel = ANY(coalesce(%(channels)s::text[], ARRAY[intent.channel]))
      AND ((intent.state = 'reserved' AND intent.planned_for <= %(now)s)
        OR (intent.state = 'claimed' AND intent.lease_until < clock_timestamp()))
    ORDER BY intent.planned_for, intent.at, intent.id
    LIMIT %(fit)s
    FOR UPDATE OF intent SKIP LOCKED
)
UPDATE decide.intent SET state = 'claimed', leased_by = %(worker)s,
    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM ready WHERE intent.id = ready.id
RETURNING intent.id, key, op, channel, message, audience, iid, customer, enrolment, journey, version, step, attempt,
    purpose, category, products, categories, planned_for, expires_at, at, state, capped, priority, settled_reason,
    blocked_by, event, detail;

-- held --
-- Which of these are still with this round of hand-over, with how their enrolment stands; held until the end.
SELECT intent.id, intent.state, enrolment.ended_by, journey.status
FROM decide.intent JOIN decide.enrolment ON enrolment.id = intent.enrolment
JOIN decide.journey ON journey.key = intent.journey
WHERE intent.id = ANY(%(ids)s::bigint[])
ORDER BY intent.id
FOR UPDATE OF intent;

-- release --
-- Put claimed intents back, for a later time.
UPDATE decide.intent SET state = 'reserved', planned_for = greatest(planned_for, later.at), lease_until = NULL
FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) AS later (id, at)
WHERE intent.id = later.id AND intent.state = 'claimed';

-- settle --
-- What became of a hand-over; a message that was taken back stays taken back, and nothing goes backwards.
UPDATE decide.intent SET state = outcome.state, settled_reason = outcome.reason, settled_at = outcome.at,
    provider_id = CASE WHEN outcome.provider_id = '' THEN intent.provider_id ELSE outcome.provider_id END,
    lease_until = NULL
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(ats)s::timestamptz[],
    %(provider_ids)s::text[]) AS outcome (id, state, reason, at, provider_id)
WHERE intent.id = outcome.id
  AND (intent.state = 'claimed' OR (intent.state IN ('sent', 'unknown') AND outcome.state IN ('delivered', 'failed'))
    OR (intent.state = 'unknown' AND outcome.state = 'sent'))
RETURNING intent.id;
