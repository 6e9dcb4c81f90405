-- sample --
-- The properties of the events of a name that were received last.
SELECT properties FROM collect.event WHERE name = {name:String} ORDER BY received_at DESC LIMIT {most:UInt32}

-- names --
-- Every event name since a moment: how many came, how many were at fault, and when the last one came.
SELECT name, sum(accepted) AS events, sum(faulty) AS faulty, sum(blocked) AS blocked, max(last_received) AS last_at
FROM collect.tally
WHERE hour >= toStartOfHour({since:DateTime64(3, 'UTC')}) AND name != ''
GROUP BY name
ORDER BY name

-- violations --
-- What was wrong with the events of a name since a moment, the most frequent first.
SELECT mode, kind, replaceRegexpAll(property, '\\[[0-9]+\\]', '[]') AS place, uniqExact(event_id) AS events,
    max(received_at) AS last_at
FROM collect.violation
WHERE name = {name:String} AND received_at >= {since:DateTime64(3, 'UTC')}
GROUP BY mode, kind, place
ORDER BY events DESC, place
LIMIT 100
