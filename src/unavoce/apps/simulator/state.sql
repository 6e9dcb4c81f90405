-- setup --
-- How the brand is reached.
SELECT value FROM simulator.setup WHERE key = 'setup';

-- put_setup --
-- Connect the simulator to a brand.
INSERT INTO simulator.setup (key, value) VALUES ('setup', %(value)s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- faults --
-- The faults that are still to be played, by name.
SELECT value FROM simulator.setup WHERE key = 'faults' FOR UPDATE;

-- put_faults --
-- Replace the faults that are to be played.
INSERT INTO simulator.setup (key, value) VALUES ('faults', %(value)s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- put_phone --
-- A phone follows the account, or one that we did not know is written to.
INSERT INTO simulator.phone (line_user_id, name, touched_at) VALUES (%(line_user_id)s, %(name)s, %(now)s)
ON CONFLICT (line_user_id) DO UPDATE SET touched_at = excluded.touched_at;

-- name_phone --
-- A phone's owner follows under this name and no longer blocks the account.
INSERT INTO simulator.phone (line_user_id, name, touched_at) VALUES (%(line_user_id)s, %(name)s, %(now)s)
ON CONFLICT (line_user_id) DO UPDATE SET name = excluded.name, blocked = false, touched_at = excluded.touched_at;

-- block_phone --
-- The owner of a phone blocks the account.
UPDATE simulator.phone SET blocked = true, touched_at = %(now)s WHERE line_user_id = %(line_user_id)s;

-- phone --
-- One phone.
SELECT line_user_id, name, blocked FROM simulator.phone WHERE line_user_id = %(line_user_id)s;

-- phones --
-- The phones that were touched last.
SELECT line_user_id, name, blocked FROM simulator.phone ORDER BY touched_at DESC LIMIT %(limit)s;

-- put_chat --
-- A message arrives on a phone, or its owner answers.
INSERT INTO simulator.chat (line_user_id, at, sender, message, request_id, read_at)
VALUES (%(line_user_id)s, %(now)s, %(sender)s, %(message)s, %(request_id)s, %(read_at)s)
RETURNING id;

-- chats --
-- The newest messages of each of these phones.
SELECT chat.id, chat.line_user_id, chat.at, chat.sender, chat.message, chat.read_at
FROM unnest(%(line_user_ids)s::text[]) AS wanted (line_user_id)
CROSS JOIN LATERAL (
    SELECT id, line_user_id, at, sender, message, read_at
    FROM simulator.chat WHERE chat.line_user_id = wanted.line_user_id ORDER BY id DESC LIMIT %(limit)s
) AS chat
ORDER BY chat.id;

-- chat --
-- One message on one phone.
SELECT id, line_user_id, at, sender, message, read_at
FROM simulator.chat WHERE id = %(id)s AND line_user_id = %(line_user_id)s;

-- read_chat --
-- The owner reads everything on her phone.
UPDATE simulator.chat SET read_at = %(now)s
WHERE line_user_id = %(line_user_id)s AND sender = 'brand' AND read_at IS NULL;

-- drop_chats --
-- Forget messages older than a moment; a sandbox must not grow for ever.
DELETE FROM simulator.chat WHERE at < %(before)s;

-- take_retry_key --
-- Remember a retry key; nothing comes back when it was used before.
INSERT INTO simulator.retry_key (key, request_id, at) VALUES (%(key)s, %(request_id)s, %(now)s)
ON CONFLICT (key) DO NOTHING RETURNING request_id;

-- request_of_retry_key --
-- The request that a retry key was first used with.
SELECT request_id FROM simulator.retry_key WHERE key = %(key)s;

-- drop_retry_keys --
-- LINE forgets retry keys after a day.
DELETE FROM simulator.retry_key WHERE at < %(before)s;

-- put_reply_token --
-- Hand out a reply token with a webhook.
INSERT INTO simulator.reply_token (token, line_user_id, at) VALUES (%(token)s, %(line_user_id)s, %(now)s);

-- use_reply_token --
-- Use a reply token once, while it is fresh; the phone it answers.
UPDATE simulator.reply_token SET used = true WHERE token = %(token)s AND NOT used AND at >= %(since)s
RETURNING line_user_id;

-- drop_reply_tokens --
-- Forget reply tokens that are too old to be used.
DELETE FROM simulator.reply_token WHERE at < %(before)s;

-- use_quota --
-- Count messages against the month's quota and say how many there are now.
INSERT INTO simulator.quota (month, used) VALUES (%(month)s, %(messages)s)
ON CONFLICT (month) DO UPDATE SET used = simulator.quota.used + excluded.used
RETURNING used;

-- quota_used --
-- How many messages were sent this month.
SELECT used FROM simulator.quota WHERE month = %(month)s;

-- put_letter --
-- A letter arrives in a mailbox.
INSERT INTO simulator.letter (address, at, raw) VALUES (%(address)s, %(now)s, %(raw)s);

-- mailboxes --
-- The mailboxes that got a letter last.
SELECT address FROM simulator.letter GROUP BY address ORDER BY max(id) DESC LIMIT %(limit)s;

-- letters --
-- The newest letters of each of these mailboxes.
SELECT letter.id, letter.address, letter.at, letter.raw, letter.opened_at
FROM unnest(%(addresses)s::text[]) AS wanted (address)
CROSS JOIN LATERAL (
    SELECT id, address, at, raw, opened_at
    FROM simulator.letter WHERE letter.address = wanted.address ORDER BY id DESC LIMIT %(limit)s
) AS letter
ORDER BY letter.id;

-- letter --
-- One letter of one mailbox.
SELECT id, address, at, raw, opened_at FROM simulator.letter WHERE id = %(id)s AND address = %(address)s;

-- open_letter --
-- A letter is opened.
UPDATE simulator.letter SET opened_at = coalesce(opened_at, %(now)s) WHERE id = %(id)s;

-- drop_letters --
-- Forget letters older than a moment.
DELETE FROM simulator.letter WHERE at < %(before)s;

-- put_sale --
-- A till has made a sale; a second one of the same order changes nothing.
INSERT INTO simulator.sale (order_id, at, store_id, loyalty_card, call)
VALUES (%(order_id)s, %(now)s, %(store_id)s, %(loyalty_card)s, %(call)s)
ON CONFLICT (order_id) DO NOTHING;

-- sale --
-- One sale.
SELECT order_id, store_id, loyalty_card, call, returned_at FROM simulator.sale WHERE order_id = %(order_id)s;

-- sales --
-- The latest sales.
SELECT order_id, store_id, loyalty_card, call, returned_at FROM simulator.sale ORDER BY at DESC LIMIT %(limit)s;

-- return_sale --
-- An order comes back, once.
UPDATE simulator.sale SET returned_at = %(now)s WHERE order_id = %(order_id)s AND returned_at IS NULL;

-- put_ad_member --
-- Somebody is put into an audience.
INSERT INTO simulator.ad_member (audience, member, hashed, at) VALUES (%(audience)s, %(member)s, %(hashed)s, %(now)s)
ON CONFLICT (audience, member) DO UPDATE SET hashed = excluded.hashed;

-- drop_ad_member --
-- Somebody is taken out of an audience.
DELETE FROM simulator.ad_member WHERE audience = %(audience)s AND member = %(member)s;

-- ad_members --
-- Who is in an audience.
SELECT audience, member, hashed, at FROM simulator.ad_member
WHERE audience = %(audience)s ORDER BY at, member LIMIT %(limit)s;

-- audiences --
-- The audiences and how many people each holds.
SELECT audience, count(*) AS members FROM simulator.ad_member GROUP BY audience ORDER BY audience;

-- next_event --
-- The number of the next webhook event.
SELECT nextval('simulator.event');

-- owe --
-- Remember a call that must reach somebody.
INSERT INTO simulator.outgoing (url, headers, body, due_at) VALUES (%(url)s, %(headers)s, %(body)s, %(due_at)s)
RETURNING id;

-- owed --
-- What is due, each only for one of us.
SELECT id, url, headers, body, attempts FROM simulator.outgoing
WHERE due_at <= %(now)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED;

-- paid --
-- A call was taken.
DELETE FROM simulator.outgoing WHERE id = %(id)s;

-- owe_longer --
-- A call was not taken and is made again later.
UPDATE simulator.outgoing SET attempts = attempts + 1, due_at = %(due_at)s WHERE id = %(id)s;
