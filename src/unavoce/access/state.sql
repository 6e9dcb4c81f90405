-- put_place --
-- Add a region or store, or bring it up to date.
INSERT INTO access.place (key, parent, kind, name) VALUES (%(key)s, %(parent)s, %(kind)s, %(name)s)
ON CONFLICT (key) DO UPDATE SET parent = excluded.parent, kind = excluded.kind, name = excluded.name
WHERE (place.parent, place.kind, place.name) IS DISTINCT FROM (excluded.parent, excluded.kind, excluded.name);

-- places --
-- The part of the tree that holds the given stores, with the regions above them; everything when none are given.
WITH RECURSIVE seen AS (
    SELECT key, parent, kind, name FROM access.place
    WHERE %(stores)s::text[] IS NULL OR (kind = 'store' AND key = ANY (%(stores)s::text[]))
    UNION
    SELECT above.key, above.parent, above.kind, above.name
    FROM access.place AS above JOIN seen ON above.key = seen.parent
)
SELECT key, parent, kind, name FROM seen ORDER BY kind, name, key;

-- unknown_places --
-- Which of these keys belong to no place.
SELECT wanted.key
FROM unnest(%(keys)s::text[]) AS wanted (key) LEFT JOIN access.place ON place.key = wanted.key
WHERE place.key IS NULL;

-- stores_under --
-- The stores at or below these places.
SELECT access.stores_under(%(places)s::text[]);

-- add_person --
-- Somebody joins the team, unless the address is taken.
INSERT INTO access.person (email, name, role, places, language, password)
VALUES (%(email)s, %(name)s, %(role)s, %(places)s::text[], %(language)s, %(password)s)
ON CONFLICT (email) WHERE left_at IS NULL DO NOTHING
RETURNING id::text;

-- change_person --
-- What is given replaces what was; places only when asked for, because no places means everywhere.
UPDATE access.person SET
    name = coalesce(%(name)s, name),
    role = coalesce(%(role)s, role),
    places = CASE WHEN %(move)s THEN %(places)s::text[] ELSE places END,
    language = coalesce(%(language)s, language),
    password = coalesce(%(password)s, password)
WHERE id = %(id)s::uuid AND left_at IS NULL;

-- part_with --
-- Somebody leaves the team; what she did stays in the audit trail.
UPDATE access.person SET left_at = %(at)s WHERE id = %(id)s::uuid AND left_at IS NULL;

-- people --
-- The team, as far as it works in the seer's stores.
SELECT
    id::text AS id, name, email, role, language, places,
    access.stores_under(places) AS stores, created_at, last_seen_at
FROM access.person
WHERE left_at IS NULL
  AND (%(seen)s::text[] IS NULL OR (places IS NOT NULL AND access.stores_under(places) <@ %(seen)s::text[]));

-- person --
-- One person of the team.
SELECT
    id::text, name, email, role, language, places,
    access.stores_under(places) AS stores, created_at, last_seen_at
FROM access.person
WHERE id = %(id)s::uuid AND left_at IS NULL;

-- all_seeing_owners --
-- How many owners see everything.
SELECT count(*) FROM access.person WHERE role = 'owner' AND places IS NULL AND left_at IS NULL;

-- password_of --
-- Who has this address, and what is kept of her password.
SELECT id::text, password FROM access.person WHERE email = %(email)s AND left_at IS NULL;

-- count_failure --
-- One more failed log-in, counted before the password is looked at; long ago is forgotten.
INSERT INTO access.failed_login (who, failures, last_at) VALUES (%(who)s, 1, %(now)s)
ON CONFLICT (who) DO UPDATE SET
    failures = CASE WHEN failed_login.last_at < %(forgotten)s THEN 1 ELSE failed_login.failures + 1 END,
    last_at = %(now)s;

-- failures --
-- How often and when last this address or network failed; locked, so that guesses at once are counted one by one.
SELECT who, failures, last_at FROM access.failed_login
WHERE who = ANY (%(who)s::text[]) AND last_at >= %(forgotten)s
ORDER BY who FOR UPDATE;

-- forget_failures --
-- The right password was given.
DELETE FROM access.failed_login WHERE who = %(who)s;

-- take_back_failure --
-- A log-in that went well does not count against its network.
UPDATE access.failed_login SET failures = failures - 1 WHERE who = %(who)s AND failures > 0;

-- open_session --
-- Somebody has logged in.
INSERT INTO access.session (token, person, csrf, ip, opened_at, seen_at)
VALUES (%(token)s, %(person)s::uuid, %(csrf)s, %(ip)s, %(now)s, %(now)s);

-- session --
-- Who is behind a cookie, if the session is neither too old nor asleep.
SELECT
    person.id::text, person.name, person.email, person.role, person.language, person.places,
    access.stores_under(person.places) AS stores,
    ARRAY(SELECT place.name FROM access.place WHERE place.key = ANY (person.places) ORDER BY place.name) AS place_names,
    session.csrf, session.seen_at
FROM access.session JOIN access.person ON person.id = session.person
WHERE session.token = %(token)s AND person.left_at IS NULL
  AND session.opened_at > %(opened_after)s AND session.seen_at > %(seen_after)s;

-- touch_session --
-- The session was used.
WITH used AS (
    UPDATE access.session SET seen_at = %(now)s WHERE token = %(token)s RETURNING person
)
UPDATE access.person SET last_seen_at = %(now)s FROM used WHERE person.id = used.person;

-- close_session --
-- Somebody has logged out.
DELETE FROM access.session WHERE token = %(token)s;

-- close_sessions_of --
-- Whose rights or password changed must log in again, on every device but this one.
DELETE FROM access.session WHERE person = %(person)s::uuid AND token IS DISTINCT FROM %(but)s::bytea;

-- sweep_sessions --
-- Sessions that nobody can use any more.
DELETE FROM access.session WHERE opened_at <= %(opened_after)s OR seen_at <= %(seen_after)s;

-- add_key --
-- A new API key.
INSERT INTO access.api_key (name, prefix, digest, role, places, created_by)
VALUES (%(name)s, %(prefix)s, %(digest)s, %(role)s, %(places)s::text[], %(created_by)s)
RETURNING id::text;

-- keys --
-- Every API key that opens nothing the seer does not see, without its secret.
SELECT
    id::text AS id, name, prefix, role, places, access.stores_under(places) AS stores,
    created_at, last_used_at, revoked_at
FROM access.api_key
WHERE %(seen)s::text[] IS NULL OR (places IS NOT NULL AND access.stores_under(places) <@ %(seen)s::text[]);

-- key --
-- One API key without its secret.
SELECT
    id::text, name, prefix, role, places, access.stores_under(places) AS stores,
    created_at, last_used_at, revoked_at
FROM access.api_key
WHERE id = %(id)s::uuid;

-- key_holder --
-- What an API key opens.
SELECT
    id::text, name, role, places, access.stores_under(places) AS stores,
    ARRAY(SELECT place.name FROM access.place WHERE place.key = ANY (api_key.places) ORDER BY place.name) AS place_names,
    last_used_at
FROM access.api_key
WHERE digest = %(digest)s AND revoked_at IS NULL;

-- touch_key --
-- The key was used.
UPDATE access.api_key SET last_used_at = %(now)s WHERE digest = %(digest)s;

-- revoke_key --
-- The key opens nothing any more.
UPDATE access.api_key SET revoked_at = %(at)s WHERE id = %(id)s::uuid AND revoked_at IS NULL;

-- record --
-- One line of the audit trail.
INSERT INTO access.audit (at, person, name, action, target, detail, ip)
VALUES (%(at)s, %(person)s, %(name)s, %(action)s, %(target)s, %(detail)s, %(ip)s);

-- entries --
-- The audit trail; who sees only some stores sees what was done by those who work in them.
SELECT id, at, person AS person_id, name AS person, action, target AS subject, detail, ip
FROM access.audit
WHERE %(seen)s::text[] IS NULL OR person IN (
    SELECT id::text FROM access.person
    WHERE places IS NOT NULL AND access.stores_under(places) <@ %(seen)s::text[]
);
