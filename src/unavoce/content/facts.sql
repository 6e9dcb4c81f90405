-- properties_seen --
-- The names of the properties that an event came with.
SELECT DISTINCT arrayJoin(JSONExtractKeys(properties)) AS property
FROM (SELECT properties FROM collect.v_event WHERE name = {name:String} LIMIT 10000)
ORDER BY property
