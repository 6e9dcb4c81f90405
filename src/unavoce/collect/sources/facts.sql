-- volume --
-- How much each source has sent since a moment and when it last did, in the stores that the asking person sees.
SELECT source, countIf(received_at >= {since:DateTime64(3, 'UTC')}) AS events, max(received_at) AS last_at
FROM collect.event
WHERE {everywhere:UInt8} OR store = '' OR store IN {stores:Array(String)}
GROUP BY source
