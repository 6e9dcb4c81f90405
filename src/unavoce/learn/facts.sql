-- overview_days --
-- What each calendar day in the brand's zone brought on each channel: filtered on raw UTC, converted in the output.
SELECT day, label AS channel, sales_minor, customers, orders, messages, opt_outs
FROM (
    SELECT
        toDate(toTimeZone(at, {zone:String})) AS day,
        if(channel = '', 'unknown', channel) AS label,
        sumIf(revenue, name = 'Order Completed') - sumIf(revenue, name = 'Order Refunded') AS sales_minor,
        uniqExactIf(customer_of(iid), name = 'Order Completed') AS customers,
        countIf(name = 'Order Completed') AS orders,
        countIf(name = 'Message Sent') AS messages,
        countIf(name = 'Unsubscribed') AS opt_outs
    FROM collect.v_event
    WHERE at >= {since:DateTime64(3)} AND at < {until:DateTime64(3)}
      AND name IN ('Order Completed', 'Order Refunded', 'Message Sent', 'Unsubscribed')
      AND ({source:String} = '' OR source = {source:String})
      AND ({channel:String} = '' OR if(channel = '', 'unknown', channel) = {channel:String})
      AND ({everywhere:UInt8} = 1 OR has({stores:Array(String)}, store))
    GROUP BY day, label
)
ORDER BY day, channel

-- overview_totals --
-- The same figures over the whole period; customers counted once however often they came.
SELECT
    sumIf(revenue, name = 'Order Completed') - sumIf(revenue, name = 'Order Refunded') AS sales_minor,
    uniqExactIf(customer_of(iid), name = 'Order Completed') AS customers,
    countIf(name = 'Order Completed') AS orders,
    countIf(name = 'Message Sent') AS messages,
    countIf(name = 'Unsubscribed') AS opt_outs
FROM collect.v_event
WHERE at >= {since:DateTime64(3)} AND at < {until:DateTime64(3)}
  AND name IN ('Order Completed', 'Order Refunded', 'Message Sent', 'Unsubscribed')
  AND ({source:String} = '' OR source = {source:String})
  AND ({channel:String} = '' OR if(channel = '', 'unknown', channel) = {channel:String})
  AND ({everywhere:UInt8} = 1 OR has({stores:Array(String)}, store))

-- imported --
-- What one source has brought in, from its events alone.
SELECT
    uniqExactIf(customer_of(iid), type = 'identify') AS customers,
    countIf(name = 'Order Completed') AS orders,
    uniqExactIf(store, name = 'Order Completed' AND store != '') AS stores,
    sumIf(revenue, name = 'Order Completed') AS sales_minor,
    countIf(name = 'Coupon Redeemed') AS coupon_redemptions
FROM collect.v_event
WHERE source = {source:String}

-- newest --
-- How fresh the figures are: the received time of the newest event.
SELECT maxOrNull(received_at) AS newest FROM collect.v_event

-- shopping --
-- What each of these identifiers bought: orders, revenue and the first and last time, in the stores one may see.
SELECT
    iid,
    countIf(name = 'Order Completed') AS orders,
    sumIf(revenue, name = 'Order Completed') - sumIf(revenue, name = 'Order Refunded') AS revenue_minor,
    minOrNullIf(at, name = 'Order Completed') AS first_order_at,
    maxOrNullIf(at, name = 'Order Completed') AS last_order_at
FROM collect.v_event
WHERE iid IN {iids:Array(UInt64)} AND name IN ('Order Completed', 'Order Refunded')
  AND ({everywhere:UInt8} = 1 OR has({stores:Array(String)}, store))
GROUP BY iid

-- shoppers_at --
-- Who did anything in these stores: the customers that people of these stores may see.
SELECT DISTINCT customer_of(iid) AS customer
FROM collect.v_event
WHERE store IN {stores:Array(String)} AND iid != 0

-- best_shoppers --
-- Everybody by what she bought, less what she brought back, the most first; who bought nothing comes last.
SELECT customer
FROM (
    SELECT
        customer_of(iid) AS customer,
        toInt64(name = 'Order Completed') AS orders,
        if(name = 'Order Completed', revenue, -revenue) AS minor
    FROM collect.v_event
    WHERE name IN ('Order Completed', 'Order Refunded') AND iid != 0
    UNION ALL
    SELECT customer_of(iid) AS customer, toInt64(0) AS orders, toInt64(0) AS minor
    FROM profile.v_identifier
)
GROUP BY customer
ORDER BY sum(if({by_orders:UInt8} = 1, orders, minor)) DESC, customer
LIMIT {most:UInt32} OFFSET {after:UInt32}
