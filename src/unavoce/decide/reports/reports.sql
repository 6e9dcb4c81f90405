-- intents --
-- The newest intents of these identifiers.
SELECT id, key, op, channel, message, audience, iid, customer, enrolment, journey, version, step, attempt, purpose,
    category, products, categories, planned_for, expires_at, at, state, capped, priority, settled_reason, blocked_by,
    event, detail
FROM decide.intent WHERE iid = ANY(%(iids)s::bigint[]) AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
ORDER BY at DESC, attempt DESC, id LIMIT %(fit)s;

-- decision_page --
-- One page of decisions behind a cursor, narrowed by journey, reason and identifiers.
SELECT id, enrolment, journey, version, step, attempt, iid, customer, channel, message, verdict, reason, rule,
    blocked_by, intent, revises, planned_for, at, detail
FROM decide.decision
WHERE (%(iids)s::bigint[] IS NULL OR iid = ANY(%(iids)s::bigint[]))
  AND (%(journey)s::text IS NULL OR journey = %(journey)s) AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
  AND (%(at)s::timestamptz IS NULL OR (at, n) < (%(at)s, (SELECT n FROM decide.decision WHERE id = %(id)s::bigint)))
ORDER BY at DESC, n DESC LIMIT %(fit)s;

-- transitions --
-- The newest moves of these identifiers.
SELECT enrolment, seq, journey, version, iid, customer, from_step, to_step, move, cause, at
FROM decide.transition WHERE iid = ANY(%(iids)s::bigint[]) AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
ORDER BY at DESC, n DESC LIMIT %(fit)s;

-- entered_since --
-- How many entered each journey since a moment.
SELECT journey AS key, count(*) AS entered FROM decide.enrolment WHERE entered_at >= %(since)s
GROUP BY journey ORDER BY journey;

-- goals_by_arm --
-- Enrolments that were, or would have been, spoken to: how many in each arm, and how many reached a goal.
SELECT arm AS key, count(*) AS entered, count(*) FILTER (WHERE EXISTS (
    SELECT FROM decide.goal WHERE goal.enrolment = enrolment.id)) AS reached
FROM decide.enrolment
WHERE journey = %(journey)s AND NOT mixed AND EXISTS (
    SELECT FROM decide.decision WHERE decision.iid = enrolment.iid AND decision.enrolment = enrolment.id
      AND decision.revises IS NULL AND (decision.verdict = 'planned' OR decision.reason = 'holdout'))
GROUP BY arm;

-- goal_rates --
-- Of each journey's enrolments, how many reached a goal.
SELECT enrolment.journey AS key, count(*) AS entered, count(*) FILTER (WHERE EXISTS (
    SELECT FROM decide.goal WHERE goal.enrolment = enrolment.id)) AS reached
FROM decide.enrolment GROUP BY enrolment.journey;

-- all_counts --
-- How many came to and went from each step of every journey, or of one.
SELECT journey, step, sum(came)::bigint AS came, sum(went)::bigint AS went
FROM decide.step_count WHERE %(journey)s::text IS NULL OR journey = %(journey)s
GROUP BY journey, step ORDER BY journey, step;

-- suppressions_now --
-- What is kept from these identifiers at this moment.
SELECT id, iid, subject, value, cause, at, until, order_id, message_id, lifted_at
FROM decide.suppression
WHERE iid = ANY(%(iids)s::bigint[]) AND until > %(now)s AND at <= %(now)s AND lifted_at IS NULL
ORDER BY at, id;

-- lock_export --
-- The batch of this log that is being copied, if one is; held to the end of the transaction.
SELECT tx::text AS tx, n, to_tx::text AS to_tx, to_n FROM decide.export WHERE log = %(log)s FOR UPDATE;

-- transition_end --
-- The last move of the next batch; only transactions that no open one can come before.
SELECT tx::text AS tx, n FROM (
    SELECT tx, n FROM decide.transition
    WHERE (tx, n) > (%(tx)s::text::xid8, %(n)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, n LIMIT %(fit)s) AS batch
ORDER BY tx DESC, n DESC LIMIT 1;

-- decision_end --
-- The last verdict of the next batch; only transactions that no open one can come before.
SELECT tx::text AS tx, n FROM (
    SELECT tx, n FROM decide.decision
    WHERE (tx, n) > (%(tx)s::text::xid8, %(n)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, n LIMIT %(fit)s) AS batch
ORDER BY tx DESC, n DESC LIMIT 1;

-- intent_state_end --
-- The last state of the next batch; only transactions that no open one can come before.
SELECT tx::text AS tx, n FROM (
    SELECT tx, n FROM decide.intent_state
    WHERE (tx, n) > (%(tx)s::text::xid8, %(n)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, n LIMIT %(fit)s) AS batch
ORDER BY tx DESC, n DESC LIMIT 1;

-- pin_export --
-- Fix where the batch ends before it is copied, so that a crash copies exactly the same again.
UPDATE decide.export SET to_tx = %(tx)s::text::xid8, to_n = %(n)s WHERE log = %(log)s;

-- done_export --
-- The pinned batch has been copied.
UPDATE decide.export SET tx = to_tx, n = to_n, to_tx = NULL, to_n = NULL WHERE log = %(log)s;

-- transition_batch --
-- The moves of a pinned batch.
SELECT enrolment, seq, journey, version, iid, customer, from_step, to_step, move, cause, at
FROM decide.transition
WHERE (tx, n) > (%(tx)s::text::xid8, %(n)s) AND (tx, n) <= (%(to_tx)s::text::xid8, %(to_n)s) ORDER BY tx, n;

-- decision_batch --
-- The verdicts of a pinned batch.
SELECT id, enrolment, journey, version, step, attempt, iid, customer, channel, message, verdict, reason, rule,
    blocked_by, intent, revises, planned_for, at, detail
FROM decide.decision
WHERE (tx, n) > (%(tx)s::text::xid8, %(n)s) AND (tx, n) <= (%(to_tx)s::text::xid8, %(to_n)s) ORDER BY tx, n;

-- intent_state_batch --
-- The states of a pinned batch, each with the intent that was in it.
SELECT intent.id, enrolment, journey, version, step, iid, customer, channel, op, message, purpose, category,
    planned_for, state.state, state.reason, state.at
FROM decide.intent_state AS state JOIN decide.intent ON intent.id = state.intent
WHERE (state.tx, state.n) > (%(tx)s::text::xid8, %(n)s)
  AND (state.tx, state.n) <= (%(to_tx)s::text::xid8, %(to_n)s)
ORDER BY state.tx, state.n;
