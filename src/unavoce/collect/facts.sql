-- history --
-- What these identifiers did before a moment, newest first, as far as a person with these stores may see it.
SELECT event_id, message_id, type, name, iid, at, received_at, clamped, source, source_kind, channel, store, order_id,
    revenue AS revenue_minor, currency, campaign, utm_source, product_ids, categories, properties, context
FROM collect.event
WHERE iid IN {iids:Array(UInt64)} AND at < {before:DateTime64(3, 'UTC')}
    AND ({everywhere:UInt8} OR store = '' OR store IN {stores:Array(String)})
ORDER BY at DESC, event_id
LIMIT {most:UInt32}

-- events_between --
-- What happened in a span of time, for an export; who sees some stores gets theirs and their customers' own.
SELECT event_id, message_id, type, name, iid, at, received_at, clamped, source, source_kind, channel, store, order_id,
    revenue AS revenue_minor, currency, campaign, utm_source, product_ids, categories, properties, context
FROM collect.event
WHERE at >= {since:DateTime64(3, 'UTC')} AND at < {until:DateTime64(3, 'UTC')}
    AND ({everywhere:UInt8} OR store IN {stores:Array(String)} OR store = '' AND iid != 0 AND customer_of(iid) IN (
        SELECT customer_of(iid) FROM collect.event WHERE store IN {stores:Array(String)} AND iid != 0))
ORDER BY at, event_id

-- events_received --
-- How many events of a source have become history since a moment: what an import has changed.
SELECT count() AS events
FROM collect.event
WHERE source = {source:String} AND received_at >= {since:DateTime64(3, 'UTC')}

-- recent --
-- The events received last, for whoever connects a source; who sees some stores sees theirs and their customers' own.
SELECT event_id, message_id, type, name, iid, at, received_at, clamped, source, source_kind, channel, store, order_id,
    revenue AS revenue_minor, currency, campaign, utm_source, product_ids, categories, properties, context
FROM collect.event
WHERE (received_at < {before:DateTime64(3, 'UTC')}
        OR received_at = {before:DateTime64(3, 'UTC')} AND hex(event_id) > {beyond:String})
    AND ({everywhere:UInt8} OR store IN {stores:Array(String)} OR store = '' AND iid != 0 AND customer_of(iid) IN (
        SELECT customer_of(iid) FROM collect.event WHERE store IN {stores:Array(String)} AND iid != 0))
    AND ({source:String} = '' OR source = {source:String}) AND ({name:String} = '' OR name = {name:String})
ORDER BY received_at DESC, hex(event_id)
LIMIT {most:UInt32}

-- event_ids --
-- The stand-ins for the ids of her messages, by which they are remembered.
SELECT event_id FROM collect.event WHERE iid IN {iids:Array(UInt64)}

-- property_names --
-- The properties of recent events, of whatever name.
SELECT DISTINCT arrayJoin(JSONExtractKeys(properties)) AS name
FROM (SELECT properties FROM collect.event ORDER BY received_at DESC LIMIT 20000)
ORDER BY name
