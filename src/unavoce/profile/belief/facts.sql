-- trait_history --
-- Every value these identifiers' traits ever had, newest first, with how much its source counts.
SELECT key, value, source, priority, at, received_at, message_id
FROM profile.v_trait
WHERE iid IN {iids:Array(UInt64)} AND at <= {at:DateTime64(3, 'UTC')} AND ({key:String} = '' OR key = {key:String})
ORDER BY at DESC, message_id DESC, key
LIMIT {most:UInt32}

-- traits_then --
-- What counted of each trait at a past moment: the surest source's newest word.
SELECT key, argMin(value, (priority, -toUnixTimestamp64Milli(at), message_id)) AS value,
    argMin(source, (priority, -toUnixTimestamp64Milli(at), message_id)) AS source,
    argMin(at, (priority, -toUnixTimestamp64Milli(at), message_id)) AS said_at,
    argMin(message_id, (priority, -toUnixTimestamp64Milli(at), message_id)) AS message
FROM profile.v_trait
WHERE iid IN {iids:Array(UInt64)} AND at <= {at:DateTime64(3, 'UTC')}
GROUP BY key
ORDER BY key

-- empty_consent_rules --
-- Room for the rules of today.
TRUNCATE TABLE profile.consent_rule

-- empty_source_ranks --
-- Room for the ranks of today.
TRUNCATE TABLE profile.source_rank
