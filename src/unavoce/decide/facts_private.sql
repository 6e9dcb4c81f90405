-- find_transition --
-- Every move she made in journeys.
SELECT * FROM decide.transition
WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}

-- erase_transition --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE decide.transition DELETE WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}
SETTINGS mutations_sync = 2

-- find_decision --
-- Every decision about her, and why.
SELECT * FROM decide.decision
WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}

-- erase_decision --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE decide.decision DELETE WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}
SETTINGS mutations_sync = 2

-- find_intent --
-- Every state that a message to her has been in.
SELECT * FROM decide.intent
WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}

-- erase_intent --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE decide.intent DELETE WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}
SETTINGS mutations_sync = 2
