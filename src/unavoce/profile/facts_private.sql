-- find_identifier --
-- Her identifiers by kind.
SELECT iid, kind, first_seen FROM profile.identifier WHERE iid IN {iids:Array(UInt64)}

-- erase_identifier --
-- The same; rewrites only the parts in which she is, and waits for it.
ALTER TABLE profile.identifier DELETE WHERE iid IN {iids:Array(UInt64)} SETTINGS mutations_sync = 2

-- find_trait --
-- Every value of her traits there ever was.
SELECT iid, key, value, source, priority, at, received_at, message_id FROM profile.trait WHERE iid IN {iids:Array(UInt64)}

-- erase_trait --
-- The same.
ALTER TABLE profile.trait DELETE WHERE iid IN {iids:Array(UInt64)} SETTINGS mutations_sync = 2

-- find_consent --
-- Every answer she ever gave.
SELECT iid, channel, purpose, granted, at, received_at, message_id FROM profile.consent WHERE iid IN {iids:Array(UInt64)}

-- erase_consent --
-- The same.
ALTER TABLE profile.consent DELETE WHERE iid IN {iids:Array(UInt64)} SETTINGS mutations_sync = 2

-- find_link --
-- The copy of her links; this engine deletes no rows, so the whole copy is made anew.
SELECT iid, customer FROM profile.link WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}

-- find_link_spare --
-- The room in which that copy is made.
SELECT iid, customer FROM profile.link_spare WHERE iid IN {iids:Array(UInt64)} OR customer IN {iids:Array(UInt64)}
