-- groups --
-- What failed alike, the most first.
SELECT source.key AS source, reason, failed_event.name, what, state, count(*) AS events,
    min(received_at) AS first_at, max(received_at) AS last_at
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE (%(state)s = '' OR state = %(state)s) AND (%(source)s = '' OR source.key = %(source)s)
GROUP BY source.key, reason, failed_event.name, what, state
ORDER BY count(*) DESC, source.key, reason, failed_event.name, what
LIMIT %(most)s;

-- chosen --
-- The failed events that are meant, in the order of their numbers from a position on.
SELECT failed_event.id, source.key AS source, source_id, reason, detail, place, received_at, content, original, call,
    failed_event.name, message_id, what, faults, plan_version, state, result, changed_at, changed_by
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE failed_event.id > %(after)s AND failed_event.id <= %(up_to)s AND state = %(state)s
    AND (NOT %(by_ids)s OR failed_event.id = ANY(%(ids)s::bigint[]))
    AND (%(reason)s = '' OR reason = %(reason)s) AND (%(source)s = '' OR source.key = %(source)s)
    AND (%(name)s = '' OR failed_event.name = %(name)s) AND (%(what)s = '' OR what = %(what)s)
ORDER BY failed_event.id
LIMIT %(most)s;

-- count_chosen --
-- How many failed events are meant, and the number of the last of them.
SELECT count(*) AS events, coalesce(max(failed_event.id), 0) AS last
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE state = %(state)s AND (NOT %(by_ids)s OR failed_event.id = ANY(%(ids)s::bigint[]))
    AND (%(reason)s = '' OR reason = %(reason)s) AND (%(source)s = '' OR source.key = %(source)s)
    AND (%(name)s = '' OR failed_event.name = %(name)s) AND (%(what)s = '' OR what = %(what)s);

-- listed --
-- Failed events in one state, newest first, from a position downwards.
SELECT failed_event.id, source.key AS source, source_id, reason, detail, place, received_at,
    substr(content, 1, %(bytes)s) AS content, NULL::bytea AS original, call, failed_event.name, message_id, what, faults,
    plan_version, state, result, changed_at, changed_by
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE failed_event.id < %(below)s AND (%(state)s = '' OR state = %(state)s)
    AND (%(reason)s = '' OR reason = %(reason)s) AND (%(source)s = '' OR source.key = %(source)s)
    AND (%(name)s = '' OR failed_event.name = %(name)s) AND (%(what)s = '' OR what = %(what)s)
ORDER BY failed_event.id DESC
LIMIT %(most)s;

-- one --
-- One failed event with its whole content.
SELECT failed_event.id, source.key AS source, source_id, reason, detail, place, received_at, content, original, call,
    failed_event.name, message_id, what, faults, plan_version, state, result, changed_at, changed_by
FROM collect.failed_event JOIN collect.source ON source.id = source_id
WHERE failed_event.id = %(id)s;

-- repair --
-- Put repaired contents in the place of the ones before; the first one is kept as it came.
UPDATE collect.failed_event SET content = new.content, original = coalesce(original, failed_event.content),
    changed_at = %(at)s, changed_by = %(by)s
FROM unnest(%(ids)s::bigint[], %(contents)b::bytea[]) AS new (id, content)
WHERE failed_event.id = new.id AND state = 'open';

-- judge --
-- Note what is wrong with failed events now.
UPDATE collect.failed_event SET reason = new.reason, detail = new.detail, what = new.what, faults = new.faults
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[], %(details)s::text[], %(whats)s::text[], %(faults)s::jsonb[])
    AS new (id, reason, detail, what, faults)
WHERE failed_event.id = new.id;

-- set_state --
-- Change how failed events stand.
UPDATE collect.failed_event SET state = %(state)s, changed_at = %(at)s, changed_by = %(by)s
WHERE id = ANY(%(ids)s::bigint[]) AND state = %(before)s;

-- replaying --
-- Note under which number of which lane each failed event was sent again.
UPDATE collect.failed_event SET state = 'replaying', result = NULL, replay_lane = %(lane)s,
    replay_seq = new.seq, changed_at = %(at)s, changed_by = %(by)s
FROM unnest(%(ids)s::bigint[], %(seqs)s::bigint[]) AS new (id, seq)
WHERE failed_event.id = new.id AND state = 'open';

-- head --
-- The number of the last event on a lane, whose row this transaction holds.
SELECT head FROM collect.lane WHERE lane = %(lane)s;

-- finish --
-- What became of the replays of a batch: entered, repeated what had come meanwhile, or failed again.
UPDATE collect.failed_event SET
    state = CASE WHEN result = 'failed' THEN 'open' ELSE 'replayed' END,
    result = CASE WHEN replay_seq = ANY(%(entered)s::bigint[]) THEN 'entered' ELSE coalesce(result, 'repeated') END
WHERE state = 'replaying' AND replay_lane = %(lane)s AND replay_seq BETWEEN %(from_seq)s AND %(to_seq)s;

-- make_job --
-- Ask for work on many.
INSERT INTO collect.failed_job (kind, filter, up_to, steps, total, made_at, made_by)
VALUES (%(kind)s, %(filter)s, %(up_to)s, %(steps)s, %(total)s, %(at)s, %(by)s)
RETURNING id;

-- next_job --
-- The work that waits longest; held to the end of the transaction.
SELECT id, kind, filter, up_to, steps, position, made_by FROM collect.failed_job
WHERE state = 'running' ORDER BY id LIMIT 1
FOR UPDATE SKIP LOCKED;

-- advance_job --
-- Move the work on, or end it.
UPDATE collect.failed_job SET position = %(position)s, done = done + %(done)s, changed = changed + %(changed)s,
    passing = passing + %(passing)s, state = CASE WHEN %(over)s THEN 'done' ELSE state END,
    ended_at = CASE WHEN %(over)s THEN %(at)s::timestamptz END
WHERE id = %(id)s;

-- jobs --
-- The last work that was asked for, newest first, or one piece of it.
SELECT id, kind, state, total, done, changed, passing, made_at, made_by, ended_at FROM collect.failed_job
WHERE %(id)s::bigint IS NULL OR id = %(id)s
ORDER BY id DESC LIMIT 20;

-- cancel_job --
-- End work that is not over; what is done stays done.
UPDATE collect.failed_job SET state = 'cancelled', ended_at = %(at)s WHERE id = %(id)s AND state = 'running';
