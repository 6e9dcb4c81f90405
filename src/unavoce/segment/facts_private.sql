-- find_flip --
-- The segments she went into and out of.
SELECT id, segment, version, customer, iid, direction, at, cause, cause_kind FROM segment.flip
WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}

-- erase_flip --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE segment.flip DELETE WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}
SETTINGS mutations_sync = 2

-- find_list_entry --
-- The uploaded lists she is on or was taken off.
SELECT list, iid, present, at, received_at FROM segment.list_entry WHERE iid IN {iids:Array(UInt64)}

-- erase_list_entry --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE segment.list_entry DELETE WHERE iid IN {iids:Array(UInt64)} SETTINGS mutations_sync = 2
