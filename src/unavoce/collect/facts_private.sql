-- find_event --
-- Everything she did.
SELECT hex(event_id) AS event_id, message_id, type, name, iid, source, source_kind, at, received_at, clamped, order_id,
    store, channel, product_ids, categories, revenue AS revenue_minor, currency, campaign, utm_source, properties, context
FROM collect.event WHERE iid IN {iids:Array(UInt64)}

-- erase_event --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE collect.event DELETE WHERE iid IN {iids:Array(UInt64)} SETTINGS mutations_sync = 2

-- find_event__mention --
-- What others did and what nobody is known to have done, where it names her.
SELECT hex(event_id) AS event_id, name, at, arrayFilter(x -> has({iids:Array(UInt64)}, x), iids) AS hers
FROM collect.event
WHERE iid NOT IN {iids:Array(UInt64)} AND (
    hasAny(iids, {iids:Array(UInt64)})
    OR match(properties, {sure:String}) OR match(properties, {keyed:String})
    OR match(context, {sure:String}) OR match(context, {keyed:String}))

-- erase_event__mention --
-- The same events stay, what names her in them goes; twice, because two mentions may share the sign between them.
ALTER TABLE collect.event UPDATE
    iids = arrayFilter(x -> NOT has({iids:Array(UInt64)}, x), iids),
    properties = replaceRegexpAll(replaceRegexpAll(
        replaceRegexpAll(properties, {keyed:String}, '\\1\\2\\3\\4\\5\\6\\7\\8"(erased)"'),
        {sure:String}, '\\1(erased)\\2'), {sure:String}, '\\1(erased)\\2'),
    context = replaceRegexpAll(replaceRegexpAll(
        replaceRegexpAll(context, {keyed:String}, '\\1\\2\\3\\4\\5\\6\\7\\8"(erased)"'),
        {sure:String}, '\\1(erased)\\2'), {sure:String}, '\\1(erased)\\2')
WHERE iid NOT IN {iids:Array(UInt64)} AND (
    hasAny(iids, {iids:Array(UInt64)})
    OR match(properties, {sure:String}) OR match(properties, {keyed:String})
    OR match(context, {sure:String}) OR match(context, {keyed:String}))
SETTINGS mutations_sync = 2
