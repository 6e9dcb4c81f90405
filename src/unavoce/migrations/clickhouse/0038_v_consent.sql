CREATE OR REPLACE VIEW profile.v_consent AS
SELECT iid, channel, purpose, granted, at, received_at, message_id FROM profile.consent;
