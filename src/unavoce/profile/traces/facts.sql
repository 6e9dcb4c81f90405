-- traits --
-- The traits that one message wrote, of these identifiers.
SELECT DISTINCT key, value FROM profile.trait
WHERE iid IN {iids:Array(UInt64)} AND received_at = {received:DateTime64(3, 'UTC')} AND message_id = {message_id:String}
ORDER BY key

-- consents --
-- What one message said may be done or not, of these identifiers.
SELECT DISTINCT channel, purpose, granted FROM profile.consent
WHERE iid IN {iids:Array(UInt64)} AND received_at = {received:DateTime64(3, 'UTC')} AND message_id = {message_id:String}
ORDER BY channel, purpose
