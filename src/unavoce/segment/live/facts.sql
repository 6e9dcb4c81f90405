-- dues --
-- What comes due until the horizon: an event of a name is looked up by how many horizons ago it happened, then exactly.
SELECT iid, moment + span AS due, name, span
FROM (
    SELECT
        iid, name, toUnixTimestamp64Milli(at) AS moment,
        arrayJoin(arrayFilter(
            (span, named) -> named = name AND moment + span > {since:Int64} AND moment + span <= {until:Int64},
            {spans:Array(Int64)}, {names:Array(String)}
        )) AS span
    FROM collect.v_event
    WHERE iid != 0
        AND (toString(name), intDiv({until:Int64} - toUnixTimestamp64Milli(at), greatest(1, {until:Int64} - {since:Int64}))) IN (
            SELECT arrayJoin(arrayZip({asked:Array(String)}, {ago:Array(Int64)}))
        )
)

-- dues_of_whereabouts --
-- The same of events of any name that say where somebody was.
SELECT iid, moment + span AS due, span
FROM (
    SELECT
        iid, toUnixTimestamp64Milli(at) AS moment,
        arrayJoin(arrayFilter(
            span -> moment + span > {since:Int64} AND moment + span <= {until:Int64}, {spans:Array(Int64)}
        )) AS span
    FROM collect.v_event
    WHERE iid != 0 AND intDiv({until:Int64} - toUnixTimestamp64Milli(at), greatest(1, {until:Int64} - {since:Int64})) IN {ago:Array(Int64)}
        AND position(context, '"location"') > 0
)

-- ahead --
-- Events that were received ahead of their time: what they say of somebody begins to count at their time.
SELECT iid, toUnixTimestamp64Milli(at) AS due
FROM collect.v_event
WHERE iid != 0 AND received_at < at
    AND at > fromUnixTimestamp64Milli({since:Int64}) AND at <= fromUnixTimestamp64Milli({until:Int64})
