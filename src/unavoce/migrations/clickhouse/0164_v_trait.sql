CREATE OR REPLACE VIEW profile.v_trait AS
SELECT iid, key, value, text, number, at, received_at, source,
    if(joinGet('profile.source_rank', 'rank', toString(source)) = 0, priority,
        joinGet('profile.source_rank', 'rank', toString(source))) AS priority,
    message_id
FROM profile.trait;
