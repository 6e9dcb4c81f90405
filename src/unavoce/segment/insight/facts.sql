-- newest --
-- How fresh the numbers are: when the newest event was received.
SELECT maxOrNull(received_at) AS newest FROM collect.v_event

-- rfm_grid --
-- Buyers by fifths of recency and frequency among all buyers; of those who did something in the given stores.
SELECT r, f, count() AS customers, sum(orders) AS orders, sum(money) AS sales_minor
FROM (
    SELECT
        customer, orders, money,
        1 + intDiv(5 * (rank() OVER (ORDER BY last) - 1), count() OVER ()) AS r,
        1 + intDiv(5 * (rank() OVER (ORDER BY orders) - 1), count() OVER ()) AS f
    FROM (
        SELECT customer_of(b.iid) AS customer, max(b.last) AS last, sum(b.orders) AS orders, sum(b.money) AS money
        FROM (
            SELECT iid, max(at) AS last, count() AS orders, sum(revenue) AS money
            FROM collect.v_event
            WHERE name = 'Order Completed' AND iid != 0 AND at <= {at:DateTime64(3, 'UTC')}
            GROUP BY iid
        ) AS b
        GROUP BY customer
    )
)
WHERE {everywhere:UInt8} = 1 OR customer IN (
    SELECT customer_of(iid) FROM collect.v_event WHERE store IN {stores:Array(String)} AND iid != 0
)
GROUP BY r, f
ORDER BY r, f

-- crowd_sizes --
-- How many are inside the segment and how many are the rest.
SELECT countIf(chosen = 1) AS inside, countIf(chosen = 0) AS outside FROM segment_crowd

-- number_bands --
-- Traits that are numbers of many values, with the bounds that cut everybody's into four.
SELECT key, arrayDistinct(quantilesExact(0.25, 0.5, 0.75)(assumeNotNull(number))) AS cuts
FROM profile.v_trait
WHERE isNotNull(number) AND key NOT IN {personal:Array(String)} AND at <= {at:DateTime64(3, 'UTC')}
GROUP BY key
HAVING uniq(number) > 12

-- crowd_traits --
-- How many inside and outside are told each value of each trait, numbers of many values by band (`#` and its place).
SELECT key, shown AS value, sum(chosen) AS inside, count() - sum(chosen) AS outside
FROM (
    SELECT
        told.customer AS customer, told.key AS key, crowd.chosen AS chosen,
        indexOf({banded:Array(String)}, told.key) AS place,
        arrayElement({cuts:Array(Array(Float64))}, place) AS bounds,
        if(
            place > 0 AND isNotNull(told.best.5),
            concat('#', toString(arrayCount(one -> told.best.5 > one, bounds))),
            if(JSONType(told.best.4) = 'String', JSONExtractString(told.best.4), told.best.4)
        ) AS shown
    FROM (
        SELECT
            customer_of(iid) AS customer, key,
            max((-toInt16(priority), at, message_id, value, number)) AS best
        FROM profile.v_trait
        WHERE key NOT IN {personal:Array(String)} AND at <= {at:DateTime64(3, 'UTC')}
        GROUP BY customer, key
    ) AS told
    INNER JOIN segment_crowd AS crowd ON crowd.customer = told.customer
    WHERE told.best.4 != 'null' AND length(told.best.4) <= 80
)
GROUP BY key, value
HAVING inside + outside >= {least:UInt32}
ORDER BY inside + outside DESC
LIMIT 40 BY key

-- crowd_categories --
-- How many inside and outside bought something of each category since then.
SELECT value, sum(crowd.chosen) AS inside, count() - sum(crowd.chosen) AS outside
FROM (
    SELECT customer_of(b.iid) AS customer, arrayJoin(arrayDistinct(groupArrayArray(b.found))) AS value
    FROM (
        SELECT iid, groupUniqArrayArray(categories) AS found
        FROM collect.v_event
        WHERE name = 'Order Completed' AND iid != 0
            AND at > {since:DateTime64(3, 'UTC')} AND at <= {at:DateTime64(3, 'UTC')}
        GROUP BY iid
    ) AS b
    GROUP BY customer
) AS bought
INNER JOIN segment_crowd AS crowd ON crowd.customer = bought.customer
WHERE value != ''
GROUP BY value
HAVING inside + outside >= {least:UInt32}
ORDER BY inside DESC, value
LIMIT 200

-- crowd_products --
-- How many inside and outside bought each product since then, those most bought inside.
SELECT value, sum(crowd.chosen) AS inside, count() - sum(crowd.chosen) AS outside
FROM (
    SELECT customer_of(b.iid) AS customer, arrayJoin(arrayDistinct(groupArrayArray(b.found))) AS value
    FROM (
        SELECT iid, groupUniqArrayArray(product_ids) AS found
        FROM collect.v_event
        WHERE name = 'Order Completed' AND iid != 0
            AND at > {since:DateTime64(3, 'UTC')} AND at <= {at:DateTime64(3, 'UTC')}
        GROUP BY iid
    ) AS b
    GROUP BY customer
) AS bought
INNER JOIN segment_crowd AS crowd ON crowd.customer = bought.customer
WHERE value != ''
GROUP BY value
HAVING inside >= {least:UInt32}
ORDER BY inside DESC, value
LIMIT 200

-- crowd_channels --
-- The channel on which each did most since then, counted inside and outside; what the brand does to her is not hers.
SELECT value, sum(crowd.chosen) AS inside, count() - sum(crowd.chosen) AS outside
FROM (
    SELECT
        customer,
        arrayMax(arrayMap(one -> (countEqual(used, one), toString(one)), arrayDistinct(used))).2 AS value
    FROM (
        SELECT customer_of(b.iid) AS customer, groupArrayArray(b.used) AS used
        FROM (
            SELECT iid, groupArray(channel) AS used
            FROM collect.v_event
            WHERE iid != 0 AND channel != '' AND name NOT IN {ours:Array(String)}
                AND at > {since:DateTime64(3, 'UTC')} AND at <= {at:DateTime64(3, 'UTC')}
            GROUP BY iid
        ) AS b
        GROUP BY customer
    )
) AS most
INNER JOIN segment_crowd AS crowd ON crowd.customer = most.customer
GROUP BY value
ORDER BY inside DESC, value

-- crowd_hours --
-- At which hours, in the brand's zone, the two groups did something since then.
SELECT hour, sum(chosen) AS inside, count() - sum(chosen) AS outside
FROM (
    SELECT crowd.chosen AS chosen, arrayJoin(did.hours) AS hour
    FROM (
        SELECT customer_of(b.iid) AS customer, b.hours AS hours
        FROM (
            SELECT iid, groupArray(toHour(toTimeZone(at, {zone:String}))) AS hours
            FROM collect.v_event
            WHERE iid != 0 AND name NOT IN {ours:Array(String)}
                AND at > {since:DateTime64(3, 'UTC')} AND at <= {at:DateTime64(3, 'UTC')}
            GROUP BY iid
        ) AS b
    ) AS did
    INNER JOIN segment_crowd AS crowd ON crowd.customer = did.customer
)
GROUP BY hour
ORDER BY hour

-- crowd_buying --
-- What the two groups bought since then, and the middle gap between orders of who ordered twice.
SELECT
    crowd.chosen AS inside,
    count() AS customers,
    countIf(bought.orders > 0) AS buyers,
    sum(bought.orders) AS orders,
    sum(bought.money) AS sales_minor,
    quantileExactIf(0.5)(dateDiff('hour', bought.first, bought.last) / 24 / (bought.orders - 1), bought.orders > 1) AS rhythm_days,
    countIf(bought.orders > 1) AS repeaters
FROM segment_crowd AS crowd
LEFT JOIN (
    SELECT
        customer_of(b.iid) AS customer, sum(b.orders) AS orders, sum(b.money) AS money, min(b.first) AS first,
        max(b.last) AS last
    FROM (
        SELECT iid, count() AS orders, sum(revenue) AS money, min(at) AS first, max(at) AS last
        FROM collect.v_event
        WHERE name = 'Order Completed' AND iid != 0
            AND at > {since:DateTime64(3, 'UTC')} AND at <= {at:DateTime64(3, 'UTC')}
        GROUP BY iid
    ) AS b
    GROUP BY customer
) AS bought ON bought.customer = crowd.customer
GROUP BY inside

-- trait_values --
-- The values of a trait that are told most often, as far as several customers are told the same.
SELECT if(JSONType(value) = 'String', JSONExtractString(value), value) AS value, uniq(iid) AS count
FROM profile.v_trait
WHERE key = {key:String} AND value != 'null' AND length(value) <= 80
GROUP BY value
HAVING count >= {least:UInt32}
ORDER BY count DESC, value
LIMIT 50

-- property_values --
-- The values of a property among the newest events of a name.
SELECT value, count() AS count
FROM (
    SELECT arrayJoin(
        multiIf(
            {property:String} = 'category', arrayMap(one -> toString(one), categories),
            {property:String} = 'product_id', product_ids,
            {property:String} IN ('store', 'store_id'), [toString(store)],
            {property:String} = 'channel', [toString(channel)],
            {property:String} IN ('campaign', 'campaign_id'), [toString(campaign)],
            [if(
                JSONType(properties, {property:String}) = 'String', JSONExtractString(properties, {property:String}),
                JSONExtractRaw(properties, {property:String})
            )]
        )
    ) AS value
    FROM (
        SELECT categories, product_ids, store, channel, campaign, properties
        FROM collect.v_event
        WHERE name = {name:String} AND ({everywhere:UInt8} = 1 OR has({stores:Array(String)}, store))
        ORDER BY received_at DESC
        LIMIT 50000
    )
)
WHERE value != '' AND length(value) <= 80
GROUP BY value
ORDER BY count DESC, value
LIMIT 50
