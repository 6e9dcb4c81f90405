-- put_message --
-- Publish a message, or publish it again.
INSERT INTO content.message (key, name, purpose, category, trigger, offer, fallback, published_at)
VALUES (%(key)s, %(name)s, %(purpose)s, %(category)s, %(trigger)s, %(offer)s, %(fallback)s, %(now)s)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, purpose = excluded.purpose, category = excluded.category,
    trigger = excluded.trigger, offer = excluded.offer, fallback = excluded.fallback,
    published_at = excluded.published_at;

-- drop_variants --
-- Make room for the variants that are published now.
DELETE FROM content.variant WHERE message = %(message)s;

-- add_variant --
-- What is said on one channel in one language.
INSERT INTO content.variant (message, channel, language, subject, body, html, blocks)
VALUES (%(message)s, %(channel)s, %(language)s, %(subject)s, %(body)s, %(html)s, %(blocks)s);

-- messages --
-- Every message, or some, each with its variants.
SELECT message.key, message.name, message.purpose, message.category, message.trigger, message.offer, message.fallback,
    message.published_at,
    jsonb_agg(jsonb_build_object('channel', variant.channel, 'language', variant.language,
        'subject', variant.subject, 'text', variant.body, 'html', variant.html, 'blocks', variant.blocks)
        ORDER BY variant.channel, variant.language) AS variants
FROM content.message JOIN content.variant ON variant.message = message.key
WHERE %(keys)s::text[] IS NULL OR message.key = ANY(%(keys)s::text[])
GROUP BY message.key ORDER BY message.key;

-- brand --
-- The brand kit; no row means that nobody has written one yet.
SELECT body FROM content.brand;

-- put_brand --
-- Replace the brand kit.
INSERT INTO content.brand (body, changed_at) VALUES (%(body)s, %(now)s)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at;

-- summaries --
-- What a decision needs to know of every message.
SELECT message.key, message.purpose, message.category, array_agg(DISTINCT variant.channel) AS channels
FROM content.message JOIN content.variant ON variant.message = message.key
GROUP BY message.key ORDER BY message.key;
