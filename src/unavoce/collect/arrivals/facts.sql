-- accepted --
-- The events received last, as far as a person with these stores may see them, perhaps of some identifiers only.
SELECT hex(event_id) AS key, event_id, message_id, type, name, iid, at, received_at, clamped, source, store
FROM collect.event
WHERE received_at > {since:DateTime64(3, 'UTC')}
    AND (received_at < {before:DateTime64(3, 'UTC')}
        OR received_at = {before:DateTime64(3, 'UTC')} AND hex(event_id) > {beyond:String})
    AND ({everywhere:UInt8} OR store IN {stores:Array(String)} OR store = '' AND iid != 0 AND customer_of(iid) IN (
        SELECT customer_of(iid) FROM collect.event WHERE store IN {stores:Array(String)} AND iid != 0))
    AND ({source:String} = '' OR source = {source:String}) AND ({name:String} = '' OR name = {name:String})
    AND ({anybody:UInt8} OR hasAny(iids, {iids:Array(UInt64)}))
ORDER BY received_at DESC, hex(event_id)
LIMIT {most:UInt32}

-- event --
-- One event, if a person with these stores may see it.
SELECT event_id, message_id, type, name, iid, iids, at, received_at, clamped, source, source_kind, channel, store,
    order_id, revenue AS revenue_minor, currency, campaign, utm_source, product_ids, categories, properties, context
FROM collect.event
WHERE received_at >= {since:DateTime64(3, 'UTC')} AND received_at <= {until:DateTime64(3, 'UTC')}
    AND hex(event_id) = {event_id:String}
    AND ({everywhere:UInt8} OR store IN {stores:Array(String)} OR store = '' AND iid != 0 AND customer_of(iid) IN (
        SELECT customer_of(iid) FROM collect.event WHERE store IN {stores:Array(String)} AND iid != 0))
LIMIT 1

-- first_times --
-- Which of these events somebody did: a call that came again is hers whose event it first was.
SELECT hex(event_id) AS key FROM collect.event
WHERE hex(event_id) IN {event_ids:Array(String)} AND hasAny(iids, {iids:Array(UInt64)})

-- flagged --
-- Which of these events the plan let in with a flag.
SELECT DISTINCT hex(event_id) AS key FROM collect.violation
WHERE name IN {names:Array(String)} AND received_at >= {since:DateTime64(3, 'UTC')}
    AND received_at <= {until:DateTime64(3, 'UTC')} AND mode = 'warn' AND hex(event_id) IN {event_ids:Array(String)}
