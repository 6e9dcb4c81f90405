CREATE OR REPLACE VIEW profile.v_trait AS
SELECT iid, key, value, text, number, at, received_at, source, priority, message_id FROM profile.trait;
