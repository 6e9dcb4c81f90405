-- messages --
-- Deliveries by their idempotency keys, locked until their outcome is known.
SELECT key, intent, op, iid, channel, message, audience, journey, version, step, purpose, category, products, language,
    to_kind, to_address, subject, body, html, blocks, headers, metadata, token, bundle, state, attempts,
    first_handed_at, handed_at, word, reason, provider_id, settled_at
FROM deliver.message WHERE key = ANY(%(keys)s) ORDER BY key FOR UPDATE;

-- bundled --
-- All deliveries of some bundles: a bundle is handed over as a whole.
SELECT key, intent, op, iid, channel, message, audience, journey, version, step, purpose, category, products, language,
    to_kind, to_address, subject, body, html, blocks, headers, metadata, token, bundle, state, attempts,
    first_handed_at, handed_at, word, reason, provider_id, settled_at
FROM deliver.message WHERE bundle = ANY(%(bundles)s) ORDER BY key FOR UPDATE;

-- message_with_token --
-- The delivery that a link of ours stands in.
SELECT key, intent, op, iid, channel, message, audience, journey, version, step, purpose, category, products, language,
    to_kind, to_address, subject, body, html, blocks, headers, metadata, token, bundle, state, attempts,
    first_handed_at, handed_at, word, reason, provider_id, settled_at
FROM deliver.message WHERE token = %(token)s;

-- last_to --
-- The last delivery to an address: a bounce may name nothing else.
SELECT key, intent, op, iid, channel, message, audience, journey, version, step, purpose, category, products, language,
    to_kind, to_address, subject, body, html, blocks, headers, metadata, token, bundle, state, attempts,
    first_handed_at, handed_at, word, reason, provider_id, settled_at
FROM deliver.message WHERE channel = %(channel)s AND to_address = %(to)s AND op = 'send'
ORDER BY handed_at DESC LIMIT 1;

-- messages_of --
-- What was sent to a customer, newest first.
SELECT key, intent, op, iid, channel, message, audience, journey, version, step, purpose, category, products, language,
    to_kind, to_address, subject, body, html, blocks, headers, metadata, token, bundle, state, attempts,
    first_handed_at, handed_at, word, reason, provider_id, settled_at
FROM deliver.message WHERE iid = ANY(%(iids)s) AND handed_at < %(before)s
ORDER BY handed_at DESC, key LIMIT %(limit)s;

-- archive --
-- Write down what is about to be handed over; a second attempt only counts.
INSERT INTO deliver.message (
    key, intent, op, iid, channel, message, audience, journey, version, step, purpose, category, products, language,
    to_kind, to_address, subject, body, html, blocks, headers, metadata, token, bundle, state, attempts,
    first_handed_at, handed_at
) VALUES (
    %(key)s, %(intent)s, %(op)s, %(iid)s, %(channel)s, %(message)s, %(audience)s, %(journey)s, %(version)s, %(step)s,
    %(purpose)s, %(category)s, %(products)s, %(language)s, %(to_kind)s, %(to_address)s, %(subject)s, %(body)s,
    %(html)s, %(blocks)s, %(headers)s, %(metadata)s, %(token)s, %(bundle)s, 'handing', 1, %(now)s, %(now)s
) ON CONFLICT (key) DO UPDATE
SET state = 'handing', attempts = deliver.message.attempts + 1, handed_at = excluded.handed_at;

-- settle --
-- Write down what became of a delivery.
UPDATE deliver.message
SET state = %(state)s, reason = %(reason)s, provider_id = coalesce(%(provider_id)s, provider_id), settled_at = %(now)s,
    bundle = CASE WHEN %(unbundle)s THEN NULL ELSE bundle END
WHERE key = %(key)s;

-- put_links --
-- Remember the addresses behind our links.
INSERT INTO deliver.link (token, key, url) VALUES (%(token)s, %(key)s, %(url)s) ON CONFLICT (token) DO NOTHING;

-- link --
-- The address behind a link of ours.
SELECT token, key, url FROM deliver.link WHERE token = %(token)s;

-- put_receipt --
-- Keep a receipt; a repeated one changes nothing.
INSERT INTO deliver.receipt (id, key, word, at, received_at, detail)
VALUES (%(id)s, %(key)s, %(word)s, %(at)s, %(now)s, %(detail)s) ON CONFLICT (id) DO NOTHING;

-- receipts_of --
-- What became of some messages, in order.
SELECT id, key, word, at, detail FROM deliver.receipt WHERE key = ANY(%(keys)s) ORDER BY at, id;

-- put_word --
-- Keep the last word on a message.
UPDATE deliver.message SET word = %(word)s WHERE key = %(key)s;

-- put_address_state --
-- An address must not be written to any more.
INSERT INTO deliver.address_state (channel, address, state, at, reason)
VALUES (%(channel)s, %(address)s, %(state)s, %(now)s, %(reason)s)
ON CONFLICT (channel, address, state) DO UPDATE SET at = excluded.at, reason = excluded.reason;

-- drop_address_state --
-- An address may be written to again.
DELETE FROM deliver.address_state WHERE channel = %(channel)s AND address = %(address)s AND state = %(state)s;

-- address_states --
-- Which of these addresses must not be written to, and why.
SELECT channel, address, state FROM deliver.address_state
WHERE channel = %(channel)s AND address = ANY(%(addresses)s);

-- put_audience --
-- An audience exists from its first row on.
INSERT INTO deliver.audience (key, created_at) VALUES (%(key)s, %(now)s) ON CONFLICT (key) DO NOTHING;

-- put_audience_row --
-- Somebody comes into an audience or leaves it, once for each key.
INSERT INTO deliver.audience_row (key, audience, iid, op, hashed, reason, at)
VALUES (%(key)s, %(audience)s, %(iid)s, %(op)s, %(hashed)s, %(reason)s, %(now)s) ON CONFLICT (key) DO NOTHING;

-- audiences --
-- Every audience with the number of rows and of those whose last row says that they are in.
SELECT audience.key, count(*) FILTER (WHERE last.op = 'add') AS members, coalesce(sum(last.rows), 0)::bigint AS rows,
    max(last.at) AS changed_at
FROM deliver.audience
LEFT JOIN (
    SELECT DISTINCT ON (audience, iid) audience, iid, op, at, count(*) OVER (PARTITION BY audience, iid) AS rows
    FROM deliver.audience_row ORDER BY audience, iid, id DESC
) AS last ON last.audience = audience.key
WHERE %(key)s::text IS NULL OR audience.key = %(key)s
GROUP BY audience.key ORDER BY audience.key;

-- audience_rows --
-- The rows of an audience after a number, in order.
SELECT id, audience, iid, op, hashed, reason, at, key FROM deliver.audience_row
WHERE audience = %(audience)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- audience_members --
-- Those whose last row says that they are in, by identifier.
SELECT id, audience, iid, op, hashed, reason, at, key FROM (
    SELECT DISTINCT ON (iid) id, audience, iid, op, hashed, reason, at, key FROM deliver.audience_row
    WHERE audience = %(audience)s ORDER BY iid, id DESC
) AS last
WHERE op = 'add' AND iid > %(after)s ORDER BY iid LIMIT %(limit)s;

-- put_prompt --
-- Keep a prompt until the customer comes by.
INSERT INTO deliver.prompt (key, intent, iid, store, kept_at, until)
VALUES (%(key)s, %(intent)s, %(iid)s, %(store)s, %(now)s, %(until)s) ON CONFLICT (key) DO NOTHING;

-- prompts --
-- The prompts for a customer that are neither answered nor too old.
SELECT prompt.key, prompt.intent, prompt.iid, prompt.store, prompt.kept_at, prompt.until, prompt.shown_at,
    prompt.answer, message.message, message.subject, message.body, message.blocks, message.products,
    message.language, message.journey
FROM deliver.prompt JOIN deliver.message USING (key)
WHERE prompt.iid = ANY(%(iids)s) AND prompt.until > %(now)s AND prompt.answered_at IS NULL
    AND prompt.store IN ('', %(store)s)
ORDER BY prompt.kept_at DESC LIMIT %(limit)s;

-- prompt --
-- One prompt.
SELECT prompt.key, prompt.intent, prompt.iid, prompt.store, prompt.kept_at, prompt.until, prompt.shown_at,
    prompt.answer, message.message, message.subject, message.body, message.blocks, message.products,
    message.language, message.journey
FROM deliver.prompt JOIN deliver.message USING (key) WHERE prompt.key = %(key)s FOR UPDATE OF prompt;

-- show_prompts --
-- These prompts are on a screen; the first time counts.
UPDATE deliver.prompt SET shown_at = %(now)s WHERE key = ANY(%(keys)s) AND shown_at IS NULL RETURNING key;

-- answer_prompt --
-- An associate says what came of a prompt.
UPDATE deliver.prompt SET answer = %(answer)s, answered_at = %(now)s WHERE key = %(key)s AND answered_at IS NULL;

-- channel_settings --
-- How channels are connected.
SELECT channel, enabled, given, secrets, changed_at, changed_by FROM deliver.channel_settings ORDER BY channel;

-- put_channel_settings --
-- Connect a channel, or change how it is connected.
INSERT INTO deliver.channel_settings (channel, enabled, given, secrets, changed_at, changed_by)
VALUES (%(channel)s, %(enabled)s, %(given)s, %(secrets)s, %(now)s, %(by)s)
ON CONFLICT (channel) DO UPDATE SET enabled = excluded.enabled, given = excluded.given, secrets = excluded.secrets,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by;
