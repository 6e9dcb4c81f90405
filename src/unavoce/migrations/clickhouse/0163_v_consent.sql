CREATE OR REPLACE VIEW profile.v_consent AS
SELECT iid, channel, purpose, granted, at, received_at, message_id, evidence
FROM profile.consent
WHERE granted = 0
    OR startsWith(evidence, 'Consent Confirmed')
    OR joinGet('profile.consent_rule', 'since', toString(channel)) = toDateTime64(0, 3, 'UTC')
    OR at < joinGet('profile.consent_rule', 'since', toString(channel));
