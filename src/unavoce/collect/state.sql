-- append --
-- Put accepted requests on a lane: the lane's row lock makes the order of the numbers the order of the commits.
WITH place AS (
    UPDATE collect.lane SET head = head + %(total)s, received_at = greatest(received_at, %(now)s)
    WHERE lane = %(lane)s
    RETURNING lane, head - %(total)s AS before, received_at
)
INSERT INTO collect.intake (lane, seq, events, received_at, source_id, call, body)
SELECT place.lane, place.before + entry.first, entry.events, place.received_at, entry.source_id, entry.call,
    substr(%(bodies)b::bytea, entry.begins, entry.bytes)
FROM place, unnest(
    %(firsts)s::bigint[], %(events)s::integer[], %(sources)s::smallint[], %(calls)s::text[],
    %(begins)s::integer[], %(bytes)s::integer[]
) AS entry (first, events, source_id, call, begins, bytes);

-- unfinished --
-- The batch that was being worked on when the pump last stopped.
SELECT lane, from_seq, to_seq, plan_version FROM collect.pinned ORDER BY pinned_at LIMIT 1;

-- waiting_lane --
-- The lane to pump next: live calls before imports, the fuller one first.
SELECT lane FROM collect.lane JOIN collect.progress USING (lane)
WHERE head > settled
ORDER BY lane = %(imports)s, head - settled DESC
LIMIT 1;

-- pin --
-- Fix the bounds of the next batch: whole requests, as many as fit, at least one.
WITH waiting AS (
    SELECT intake.seq, intake.seq + intake.events - 1 AS last, octet_length(intake.body) AS bytes, progress.settled
    FROM collect.progress JOIN collect.intake USING (lane)
    WHERE progress.lane = %(lane)s AND intake.seq > progress.settled
    ORDER BY intake.seq
    LIMIT %(most)s
), growing AS (
    SELECT seq, last, settled, sum(bytes) OVER (ORDER BY seq) AS bytes FROM waiting
)
INSERT INTO collect.pinned (lane, from_seq, to_seq, plan_version)
SELECT %(lane)s, min(settled) + 1,
    coalesce(max(last) FILTER (WHERE last - settled <= %(most)s AND bytes <= %(bytes)s), min(last)),
    (SELECT max(version) FROM collect.plan)
FROM growing
HAVING count(*) > 0
RETURNING lane, from_seq, to_seq, plan_version;

-- rows --
-- The requests of a batch in their order.
SELECT seq, received_at, source_id, coalesce(call, '') AS call, body FROM collect.intake
WHERE lane = %(lane)s AND seq BETWEEN %(from_seq)s AND %(to_seq)s
ORDER BY seq;

-- failed_seqs --
-- The events of a batch that could not be pumped and are left out when it is read again.
SELECT seq FROM collect.failed_event
WHERE lane = %(lane)s AND seq BETWEEN %(from_seq)s AND %(to_seq)s AND reason = 'not_storable'
UNION ALL
SELECT replay_seq FROM collect.failed_event
WHERE state = 'replaying' AND replay_lane = %(lane)s AND replay_seq BETWEEN %(from_seq)s AND %(to_seq)s
    AND result = 'failed' AND reason = 'not_storable';

-- seen --
-- Which of these live message ids have been received since a day: index probes even where no statistics are yet.
SELECT found.id FROM unnest(%(ids)b::bytea[]) AS asked (id)
JOIN LATERAL (
    SELECT seen.id FROM collect.seen WHERE seen.id = asked.id AND seen.day >= %(since)s LIMIT 1
) AS found ON true;

-- seen_import --
-- Which of these imported message ids have ever been received.
SELECT found.id FROM unnest(%(ids)b::bytea[]) AS asked (id)
JOIN LATERAL (SELECT seen_import.id FROM collect.seen_import WHERE seen_import.id = asked.id LIMIT 1) AS found ON true;

-- open_day --
-- Make room for the message ids received on a day.
SELECT collect.open_day(%(day)s);

-- remember --
-- Remember live message ids by the day they were received.
INSERT INTO collect.seen (id, day)
SELECT id, %(day)s FROM unnest(%(ids)b::bytea[]) AS received (id)
ON CONFLICT DO NOTHING;

-- remember_import --
-- Remember imported message ids for ever.
INSERT INTO collect.seen_import (id)
SELECT id FROM unnest(%(ids)b::bytea[]) AS received (id)
ON CONFLICT DO NOTHING;

-- forget_days --
-- Drop the live message ids received before a day.
SELECT collect.forget_days(%(before)s);

-- advance --
-- Move a lane's settled position over a batch, unless somebody else has done so.
UPDATE collect.progress SET settled = %(to_seq)s WHERE lane = %(lane)s AND settled = %(from_seq)s - 1;

-- clear_rows --
-- Throw away the requests of a batch, whose events are in history now.
DELETE FROM collect.intake WHERE lane = %(lane)s AND seq BETWEEN %(from_seq)s AND %(to_seq)s;

-- unpin --
-- Forget the bounds of a batch that is done.
DELETE FROM collect.pinned WHERE lane = %(lane)s AND from_seq = %(from_seq)s;

-- keep_failure --
-- Keep what could not become an event, once; of what was being sent again, note that it failed again.
WITH again AS (
    UPDATE collect.failed_event SET result = 'failed', reason = %(reason)s, detail = %(detail)s, what = %(what)s,
        faults = %(faults)s, plan_version = %(plan_version)s
    WHERE state = 'replaying' AND replay_lane = %(lane)s AND replay_seq = %(seq)s
    RETURNING id
)
INSERT INTO collect.failed_event (fingerprint, source_id, lane, seq, place, received_at, reason, detail, content, call,
    name, message_id, what, faults, plan_version)
SELECT %(fingerprint)s, %(source_id)s, %(lane)s, %(seq)s, %(place)s, %(received_at)s, %(reason)s, %(detail)s,
    %(content)s, %(call)s, %(name)s, %(message_id)s, %(what)s, %(faults)s, %(plan_version)s
WHERE NOT EXISTS (SELECT 1 FROM again)
ON CONFLICT (fingerprint) DO NOTHING;

-- failed_events --
-- The last failures, newest first, from a position downwards.
SELECT failed_event.id, source.key AS source, reason, detail, place, received_at,
    substr(content, 1, %(bytes)s) AS content
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE failed_event.id < %(below)s AND (%(reason)s::text IS NULL OR reason = %(reason)s)
    AND (%(source)s::text IS NULL OR source.key = %(source)s)
ORDER BY failed_event.id DESC
LIMIT %(most)s;

-- backlog --
-- How many events wait, on a lane or on all of them.
SELECT coalesce(sum(head - settled), 0)::bigint FROM collect.lane JOIN collect.progress USING (lane)
WHERE %(lane)s::smallint IS NULL OR lane = %(lane)s;

-- beat --
-- From now on the lanes of live calls stamp nothing earlier than this moment; waits for who is just appending.
UPDATE collect.lane SET received_at = greatest(received_at, %(now)s) WHERE lane <> %(imports)s;

-- watermark --
-- The moment before which every live call is history: the oldest that waits, or now.
SELECT least(%(now)s::timestamptz, min(oldest.received_at))
FROM collect.progress CROSS JOIN LATERAL (
    SELECT intake.received_at FROM collect.intake
    WHERE intake.lane = progress.lane AND intake.seq > progress.settled
    ORDER BY intake.seq
    LIMIT 1
) AS oldest
WHERE progress.lane <> %(imports)s;

-- repeat --
-- Write down which calls said again what had been said, once each.
INSERT INTO collect.repeated (lane, seq, event_id, message_id, source_id, name, received_at)
SELECT %(lane)s, seq, event_id, message_id, source_id, name, received_at
FROM unnest(
    %(seqs)s::bigint[], %(event_ids)b::bytea[], %(message_ids)s::text[], %(sources)s::smallint[], %(names)s::text[],
    %(times)s::timestamptz[]
) AS again (seq, event_id, message_id, source_id, name, received_at)
ON CONFLICT DO NOTHING;

-- forget_repeated --
-- Forget the calls that came again before a day.
DELETE FROM collect.repeated WHERE received_at < %(before)s;

-- heads --
-- The number of the last accepted event of each lane.
SELECT lane, head FROM collect.lane;

-- behind --
-- How many lanes have not been pumped up to these numbers yet.
SELECT count(*) FROM unnest(%(lanes)s::smallint[], %(heads)s::bigint[]) AS wanted (lane, head)
JOIN collect.progress USING (lane)
WHERE progress.settled < wanted.head;
