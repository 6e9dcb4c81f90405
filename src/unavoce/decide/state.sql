-- policy --
-- The brand's rules of contact; no row means that nobody has changed them yet.
SELECT body FROM decide.policy;

-- put_policy --
-- Replace the rules of contact.
INSERT INTO decide.policy (body, changed_at) VALUES (%(body)s, %(now)s)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at;

-- publish_journey --
-- Make this version the one that takes new customers.
INSERT INTO decide.journey (key, version, status, changed_at) VALUES (%(key)s, 1, 'live', %(now)s)
ON CONFLICT (key) DO UPDATE SET version = journey.version + 1, status = 'live', changed_at = excluded.changed_at
RETURNING version;

-- add_version --
-- Keep a published definition for ever.
INSERT INTO decide.journey_version (key, version, definition, published_at)
VALUES (%(key)s, %(version)s, %(definition)s, %(now)s);

-- set_status --
-- Pause or resume a journey; says its version, or nothing when it was not in the state to leave.
UPDATE decide.journey SET status = %(status)s, changed_at = %(now)s
WHERE key = %(key)s AND status = %(before)s
RETURNING version;

-- clear_interest --
-- Forget which events are waited for, to write it anew.
DELETE FROM decide.interest;

-- add_interest --
-- These events are waited for.
INSERT INTO decide.interest (name) SELECT DISTINCT unnest(%(names)s::text[]) ON CONFLICT DO NOTHING;

-- interest --
-- The names of the events that are waited for.
SELECT name FROM decide.interest;

-- versions --
-- Every version that still takes or holds customers, with its journey's state.
SELECT version.key, version.version, version.definition, version.published_at, journey.status,
    journey.version = version.version AS newest
FROM decide.journey_version AS version JOIN decide.journey USING (key)
ORDER BY version.key, version.version;

-- journeys --
-- The newest version of every journey, or of one.
SELECT journey.key, journey.version, journey.status, version.definition, version.published_at
FROM decide.journey JOIN decide.journey_version AS version USING (key, version)
WHERE %(key)s::text IS NULL OR journey.key = %(key)s
ORDER BY journey.key;

-- notice --
-- Take over what happened; a message that waits already is not taken twice.
INSERT INTO decide.noticed
    (message_id, iid, name, at, received_at, store, product_ids, categories, properties, historic)
SELECT (row ->> 'message_id'), (row ->> 'iid')::bigint, (row ->> 'name'), (row ->> 'at')::timestamptz,
    (row ->> 'received_at')::timestamptz, (row ->> 'store'),
    ARRAY(SELECT jsonb_array_elements_text(row -> 'product_ids')),
    ARRAY(SELECT jsonb_array_elements_text(row -> 'categories')), (row -> 'properties'), (row ->> 'historic')::boolean
FROM unnest(%(rows)s::jsonb[]) WITH ORDINALITY AS given (row, place)
ORDER BY place
ON CONFLICT (message_id) DO NOTHING;

-- relink --
-- These identifiers belong to another customer now.
INSERT INTO decide.relinked (iid) SELECT DISTINCT unnest(%(iids)s::bigint[]) ON CONFLICT DO NOTHING;

-- anything --
-- Whether a tick would find anything to do; asked without a lock, because mostly it would not.
SELECT EXISTS (SELECT FROM decide.noticed WHERE received_at < %(until)s)
    OR EXISTS (SELECT FROM decide.relinked)
    OR EXISTS (SELECT FROM decide.due JOIN decide.enrolment ON enrolment.id = due.enrolment
        JOIN decide.journey ON journey.key = enrolment.journey
        WHERE due.at < %(until)s AND journey.status = 'live');

-- lock_position --
-- How far the ticks have come; held, so that there is one tick at a time.
SELECT until FROM decide.position FOR UPDATE;

-- put_position --
-- Everything before this moment has been played.
UPDATE decide.position SET until = %(until)s;

-- noticed_bound --
-- The received time of the first event that would not fit into one tick.
SELECT received_at FROM decide.noticed ORDER BY received_at, seq OFFSET %(fit)s LIMIT 1;

-- due_bound --
-- When the first enrolment that would not fit into one tick is due.
SELECT at FROM decide.due ORDER BY at OFFSET %(fit)s LIMIT 1;

-- take_noticed --
-- Take what was received before this moment and has never been told before; remember it for late merges.
WITH taken AS (
    DELETE FROM decide.noticed WHERE received_at < %(until)s
    RETURNING message_id, iid, name, at, received_at, store, product_ids, categories, properties, historic
)
INSERT INTO decide.happened
    (message_id, iid, name, at, received_at, store, product_ids, categories, properties, historic)
SELECT message_id, iid, name, at, received_at, store, product_ids, categories, properties, historic FROM taken
ON CONFLICT (message_id) DO NOTHING
RETURNING iid, 0::bigint AS customer, name, at, received_at, message_id, properties, store, product_ids, categories,
    historic;

-- put_off_events --
-- Take events back as not told yet, to be told again at a later moment.
WITH again AS (
    DELETE FROM decide.happened WHERE message_id = ANY(%(message_ids)s::text[])
    RETURNING message_id, iid, name, at, store, product_ids, categories, properties, historic
)
INSERT INTO decide.noticed
    (message_id, iid, name, at, received_at, store, product_ids, categories, properties, historic)
SELECT message_id, iid, name, at, %(until)s, store, product_ids, categories, properties, historic FROM again;

-- put_off_timers --
-- Let those who are due already be due again at a later moment.
INSERT INTO decide.due (at, iid, enrolment, seq)
SELECT %(until)s, iid, enrolment, seq FROM decide.waiting WHERE iid = ANY(%(iids)s::bigint[]) AND due < %(until)s;

-- happened --
-- What happened lately to these identifiers.
SELECT iid, 0::bigint AS customer, name, at, received_at, message_id, properties, store, product_ids, categories,
    historic
FROM decide.happened WHERE iid = ANY(%(iids)s::bigint[]) AND received_at < %(before)s;

-- forget_happened --
-- Let go of what happened too long ago to matter to a merge.
DELETE FROM decide.happened WHERE received_at < %(before)s;

-- take_relinked --
-- Take the identifiers whose customer has changed.
DELETE FROM decide.relinked RETURNING iid;

-- take_due --
-- Take the hints that are due in journeys that are not paused; says whom they are about.
WITH ready AS (
    SELECT due.ctid AS place FROM decide.due JOIN decide.enrolment ON enrolment.id = due.enrolment
    JOIN decide.journey ON journey.key = enrolment.journey
    WHERE due.at < %(until)s AND journey.status = 'live'
    ORDER BY due.at LIMIT %(fit)s
), taken AS (
    DELETE FROM decide.due WHERE ctid = ANY(ARRAY(SELECT place FROM ready)) RETURNING iid, enrolment, seq
)
SELECT DISTINCT taken.iid FROM taken
JOIN decide.waiting ON waiting.iid = taken.iid AND waiting.enrolment = taken.enrolment AND waiting.seq = taken.seq;

-- enrolments_of --
-- Every enrolment of these identifiers, with where it stands.
SELECT enrolment.id, journey, version, enrolment.iid, entry_key, entered_at, entry, arm, mixed,
    waiting.enrolment IS NOT NULL AS walking, waiting.suspended_by,
    coalesce(waiting.step, enrolment.step) AS step,
    coalesce(waiting.since, enrolment.since, entered_at) AS since,
    CASE WHEN waiting.enrolment IS NULL THEN enrolment.due ELSE waiting.due END AS due,
    coalesce(waiting.awaited, enrolment.awaited) AS awaited,
    coalesce(waiting.seq, enrolment.seq) AS seq,
    coalesce(waiting.attempt, enrolment.attempt) AS attempt,
    ended_at, ended_by, stopped_by
FROM decide.enrolment LEFT JOIN decide.waiting ON waiting.iid = enrolment.iid AND waiting.enrolment = enrolment.id
WHERE enrolment.iid = ANY(%(iids)s::bigint[]);

-- intents_of --
-- The intents of these identifiers that can still matter: planned lately or ahead, or rows of audiences.
SELECT id, key, op, channel, message, audience, iid, customer, enrolment, journey, version, step, attempt, purpose,
    category, products, categories, planned_for, expires_at, at, state, capped, priority, settled_reason, blocked_by,
    event, detail
FROM decide.intent
WHERE iid = ANY(%(iids)s::bigint[]) AND (planned_for > %(since)s OR audience <> '');

-- suppressions_of --
-- What is, or lately was, kept from these identifiers.
SELECT id, iid, subject, value, cause, at, until, order_id, message_id, lifted_at
FROM decide.suppression WHERE iid = ANY(%(iids)s::bigint[]) AND until > %(since)s;

-- add_enrolments --
-- Everybody who has just entered.
COPY decide.enrolment (id, journey, version, iid, entry_key, entered_at, entry, arm, mixed) FROM STDIN;

-- end_enrolments --
-- Where those who are through were last, and how it ended.
UPDATE decide.enrolment SET step = ended.step, since = ended.since, due = ended.due, awaited = ended.awaited,
    seq = ended.seq, attempt = ended.attempt, ended_at = ended.ended_at, ended_by = ended.ended_by,
    stopped_by = ended.stopped_by, mixed = ended.mixed
FROM unnest(%(ids)s::bigint[], %(steps)s::text[], %(sinces)s::timestamptz[], %(dues)s::timestamptz[],
    %(awaiteds)s::text[], %(seqs)s::integer[], %(attempts)s::integer[], %(ended_ats)s::timestamptz[],
    %(ended_bys)s::text[], %(stopped_bys)s::bigint[], %(mixeds)s::boolean[])
    AS ended (id, step, since, due, awaited, seq, attempt, ended_at, ended_by, stopped_by, mixed)
WHERE enrolment.id = ended.id;

-- reopen_enrolments --
-- Those who walk again, or have met another arm.
UPDATE decide.enrolment SET ended_at = NULL, ended_by = '', stopped_by = NULL, mixed = again.mixed
FROM unnest(%(ids)s::bigint[], %(mixeds)s::boolean[]) AS again (id, mixed)
WHERE enrolment.id = again.id AND (enrolment.ended_at IS NOT NULL OR enrolment.mixed <> again.mixed);

-- stop_waiting --
-- Those who are through wait no more.
DELETE FROM decide.waiting USING unnest(%(iids)s::bigint[], %(ids)s::bigint[]) AS ended (iid, id)
WHERE waiting.iid = ended.iid AND waiting.enrolment = ended.id;

-- put_waiting --
-- Where everybody who moved stands now.
INSERT INTO decide.waiting (iid, enrolment, step, since, due, awaited, seq, attempt, suspended_by)
SELECT * FROM unnest(%(iids)s::bigint[], %(ids)s::bigint[], %(steps)s::text[], %(sinces)s::timestamptz[],
    %(dues)s::timestamptz[], %(awaiteds)s::text[], %(seqs)s::integer[], %(attempts)s::integer[],
    %(suspended_bys)s::bigint[])
ON CONFLICT (iid, enrolment) DO UPDATE SET step = excluded.step, since = excluded.since, due = excluded.due,
    awaited = excluded.awaited, seq = excluded.seq, attempt = excluded.attempt, suspended_by = excluded.suspended_by;

-- add_due --
-- When those who wait are due.
COPY decide.due (at, iid, enrolment, seq) FROM STDIN;

-- add_transitions --
-- Every move.
COPY decide.transition
    (enrolment, seq, journey, version, iid, customer, from_step, to_step, move, cause, at) FROM STDIN;

-- add_decisions --
-- Every verdict.
COPY decide.decision (id, enrolment, journey, version, step, attempt, iid, customer, channel, message, verdict, reason,
    rule, blocked_by, intent, revises, planned_for, at, detail) FROM STDIN;

-- add_intents --
-- Everything that is to be said.
COPY decide.intent (id, key, op, channel, message, audience, iid, customer, enrolment, journey, version, step, attempt,
    purpose, category, products, categories, planned_for, expires_at, at, state, capped, priority, settled_reason,
    blocked_by, event, detail) FROM STDIN;

-- add_intent_states --
-- Every state an intent came into.
COPY decide.intent_state (intent, state, reason, at) FROM STDIN;

-- change_intents --
-- Take back what can still be taken back; what a sender has settled meanwhile stays as it is, but for prompts.
UPDATE decide.intent SET state = change.state, settled_reason = change.reason, blocked_by = change.by,
    settled_at = change.at, lease_until = NULL
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(bys)s::bigint[], %(ats)s::timestamptz[])
    AS change (id, state, reason, by, at)
WHERE intent.id = change.id
  AND (intent.state IN ('planned', 'reserved', 'claimed') OR (intent.channel = 'store' AND intent.state = 'sent'));

-- count_steps --
-- Add what came to each step and went from it.
INSERT INTO decide.step_count AS kept (journey, version, step, came, went)
SELECT * FROM unnest(%(journeys)s::text[], %(versions)s::integer[], %(steps)s::text[], %(came)s::bigint[],
    %(went)s::bigint[])
ON CONFLICT (journey, version, step)
DO UPDATE SET came = kept.came + excluded.came, went = kept.went + excluded.went;

-- add_suppressions --
-- What is kept from customers from now on.
INSERT INTO decide.suppression (id, iid, subject, value, cause, at, until, order_id, message_id)
VALUES (%(id)s, %(iid)s, %(subject)s, %(value)s, %(cause)s, %(at)s, %(until)s, %(order_id)s, %(message_id)s)
ON CONFLICT (id) DO NOTHING;

-- lift --
-- These are kept from nobody any more.
UPDATE decide.suppression SET lifted_at = lifted.at
FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) AS lifted (id, at)
WHERE suppression.id = lifted.id AND lifted_at IS NULL;

-- reach_goals --
-- Goals that came true, the first time only.
INSERT INTO decide.goal (enrolment, goal, iid, at, message_id)
SELECT * FROM unnest(%(enrolments)s::bigint[], %(goals)s::smallint[], %(iids)s::bigint[], %(ats)s::timestamptz[],
    %(message_ids)s::text[])
ON CONFLICT DO NOTHING;

-- unplayed --
-- Which of these identifiers something has happened to that no tick has seen.
SELECT DISTINCT iid FROM decide.noticed WHERE iid = ANY(%(iids)s::bigint[])
UNION SELECT iid FROM decide.relinked WHERE iid = ANY(%(iids)s::bigint[]);
