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
      AND ({channel:String} = '' OR channel = {channel:String})
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
  AND ({channel:String} = '' OR channel = {channel:String})
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
