-- add_request --
-- Somebody of the team asks for a person's data to be handed out or erased.
INSERT INTO privacy.request (kind, state, who, asked_by, asked_by_id, reason, asked_at, traces, tables)
VALUES (%(kind)s, %(state)s, %(who)s, %(by)s, %(by_id)s, %(reason)s, %(at)s, %(traces)s, %(tables)s)
RETURNING id

-- requests --
-- Requests below a number, newest first.
SELECT id, kind, state, who, asked_by, asked_by_id, reason, asked_at, confirmed_by, confirmed_at, begun_at, done_at,
    step, progress, tables, error, receipt
FROM privacy.request
WHERE id < %(below)s
ORDER BY id DESC
LIMIT %(most)s

-- request --
-- One request, which nobody else changes meanwhile.
SELECT id, kind, state, who, asked_by, asked_by_id, reason, asked_at, confirmed_by, confirmed_at, begun_at, done_at,
    step, progress, tables, error, receipt
FROM privacy.request
WHERE id = %(id)s
FOR UPDATE

-- next_request --
-- What is to be worked on: what has begun first, then in the order of asking.
SELECT id FROM privacy.request WHERE state IN ('confirmed', 'running') ORDER BY state DESC, id LIMIT 1

-- open_of --
-- Requests of this kind about the same person that are not done yet.
SELECT id FROM privacy.request
WHERE who = %(who)s AND kind = %(kind)s AND state IN ('asked', 'confirmed', 'running', 'failed')
LIMIT 1

-- confirm --
-- Somebody says that it is to be done.
UPDATE privacy.request SET state = 'confirmed', confirmed_by = %(by)s, confirmed_at = %(at)s, error = ''
WHERE id = %(id)s

-- cancel --
-- It is not to be done after all.
UPDATE privacy.request SET state = 'cancelled', done_at = %(at)s, traces = NULL WHERE id = %(id)s

-- begin --
-- It is under way and cannot be cancelled any more.
UPDATE privacy.request SET state = 'running', begun_at = coalesce(begun_at, %(at)s) WHERE id = %(id)s

-- advance --
-- How far it has come.
UPDATE privacy.request SET step = %(step)s, progress = %(progress)s WHERE id = %(id)s

-- note_traces --
-- All that leads to the person, and the events that must be pumped before.
UPDATE privacy.request SET traces = %(traces)s, heads = %(heads)s WHERE id = %(id)s

-- traces --
-- All that leads to the person.
SELECT traces FROM privacy.request WHERE id = %(id)s

-- heads --
-- The events that must be pumped before.
SELECT heads FROM privacy.request WHERE id = %(id)s

-- note_tables --
-- What was found where, and what is left.
UPDATE privacy.request SET tables = %(tables)s WHERE id = %(id)s

-- finish --
-- It is done; what leads to the person is forgotten.
UPDATE privacy.request
SET state = 'done', done_at = %(at)s, step = '', progress = 100, traces = NULL, heads = NULL, tables = %(tables)s,
    receipt = %(receipt)s
WHERE id = %(id)s

-- forget_reasons --
-- What people wrote about a person in requests about her.
UPDATE privacy.request SET reason = '' WHERE who = ANY(%(hashes)s::bytea[]) AND reason <> ''

-- fail --
-- It could not be done; somebody may let it be tried again.
UPDATE privacy.request SET state = 'failed', error = %(error)s WHERE id = %(id)s

-- running --
-- The numbers of people who are being erased right now.
SELECT DISTINCT jsonb_array_elements(traces -> 'iids')::bigint FROM privacy.request
WHERE kind = 'erase' AND state = 'running'

-- any_forgotten --
-- Whether anybody was ever erased.
SELECT EXISTS (SELECT 1 FROM privacy.forgotten)

-- forgotten --
-- Which of these hashes stand for people who were erased.
SELECT hash FROM privacy.forgotten WHERE hash = ANY(%(hashes)s::bytea[])

-- forget --
-- From now on imports do not bring these identifiers back.
INSERT INTO privacy.forgotten (hash, request, at)
SELECT hash, %(request)s, %(at)s FROM unnest(%(hashes)s::bytea[]) AS gone (hash)
ON CONFLICT (hash) DO NOTHING

-- count_turned_away --
-- Events that would have brought somebody back.
INSERT INTO privacy.turned_away (day, kind, events) VALUES (%(day)s, %(kind)s, %(events)s)
ON CONFLICT (day, kind) DO UPDATE SET events = turned_away.events + excluded.events

-- turned_away --
-- How many events were turned away, by kind of source.
SELECT kind, sum(events)::bigint AS events FROM privacy.turned_away GROUP BY kind ORDER BY kind

-- put_file --
-- A person's file, ready to be fetched.
INSERT INTO privacy.file (request, iids, content, made_at, until)
VALUES (%(request)s, %(iids)s::bigint[], %(content)s, %(at)s, %(until)s)
ON CONFLICT (request) DO UPDATE SET content = excluded.content, made_at = excluded.made_at, until = excluded.until

-- file --
-- A person's file, unless it is too old.
SELECT content FROM privacy.file WHERE request = %(request)s AND until > %(now)s

-- drop_old_files --
-- Files that nobody has fetched in time.
DELETE FROM privacy.file WHERE until <= %(now)s
