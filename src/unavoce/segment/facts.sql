-- customers_at --
-- The customers who ever did something in one of these stores: those whom their people may see.
SELECT DISTINCT customer_of(iid) AS customer
FROM collect.v_event
WHERE store IN {stores:Array(String)} AND iid != 0

-- came_due --
-- Whose events were received ahead of their time and have now happened.
SELECT DISTINCT iid
FROM collect.v_event
WHERE at > {since:DateTime64(3, 'UTC')} AND at <= {until:DateTime64(3, 'UTC')} AND received_at < at AND iid != 0

-- first_event --
-- When the history begins.
SELECT min(at) AS at
FROM collect.v_event
WHERE iid != 0
HAVING count() > 0

-- trait_keys --
-- Every trait that was ever told.
SELECT DISTINCT key
FROM profile.v_trait

-- event_names --
-- Every event that ever happened.
SELECT DISTINCT name
FROM collect.v_event

-- property_names --
-- The properties of some recent events of this name.
SELECT DISTINCT arrayJoin(JSONExtractKeys(properties)) AS name
FROM (SELECT properties FROM collect.v_event WHERE name = {name:String} LIMIT 10000)

-- list_keys --
-- Every list that was ever uploaded.
SELECT DISTINCT list
FROM segment.list_entry
