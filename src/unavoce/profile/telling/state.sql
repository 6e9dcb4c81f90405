-- hands --
-- When identifiers came to these customers or left them, and what caused it, latest first.
SELECT iid, customer, from_at AS at, cause, true AS came
FROM profile.link_log
WHERE iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])
UNION ALL
SELECT iid, customer, until_at, until_cause, false
FROM profile.link_log
WHERE (iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])) AND until_at IS NOT NULL
ORDER BY at DESC, iid
LIMIT %(most)s

-- evidence --
-- The evidence that touches these identifiers, taken or refused, surest first.
SELECT a, b, kind, message_id AS evidence, source, at, refusal AS reason
FROM profile.edge
WHERE a = ANY(%(iids)s::bigint[]) OR b = ANY(%(iids)s::bigint[])
ORDER BY turn, at, message_id COLLATE "C", a, b
LIMIT %(most)s

-- refusals --
-- Evidence about these identifiers that joined nobody, latest first.
SELECT a, b, kind, message_id AS evidence, source, at, refusal AS reason
FROM profile.edge
WHERE (a = ANY(%(iids)s::bigint[]) OR b = ANY(%(iids)s::bigint[])) AND refusal IS NOT NULL
ORDER BY at DESC, a, b
LIMIT %(most)s
