-- completeness --
-- Each source in a window of whole hours: what came beside the same hours of the four weeks before, what was wrong.
WITH
last AS (
    SELECT source, max(last_received) AS last_at, min(hour) AS first_hour
    FROM collect.tally
    WHERE {everywhere:UInt8} OR store IN {stores:Array(String)}
    GROUP BY source
),
volume AS (
    SELECT source, any(last.last_at) AS last_at,
        least(4, intDiv(dateDiff('hour', any(last.first_hour), toDateTime({since:DateTime64(3, 'UTC')})), 168)) AS weeks,
        sumIf(accepted, now_or_then) AS events, sumIf(repeated, now_or_then) AS repeated,
        sumIf(failed + blocked, now_or_then) AS failed, sumIf(faulty, now_or_then) AS faulty,
        sumIf(clamped, now_or_then) AS clamped,
        sumIf(accepted, now_or_then AND name != '' AND NOT has({planned:Array(String)}, name)) AS unplanned,
        arraySort(groupUniqArrayIf(8)(name, now_or_then AND name != '' AND NOT has({planned:Array(String)}, name)))
            AS unplanned_names,
        sumIf(accepted, week > 0 AND week <= weeks_there AND as_if >= {since:DateTime64(3, 'UTC')}
            AND as_if < {until:DateTime64(3, 'UTC')}) AS in_weeks_before,
        sumIf(accepted, week > 0 AND week <= weeks_there AND as_if > last.last_at AND as_if < {until:DateTime64(3, 'UTC')})
            AS awaited_in_weeks
    FROM (
        SELECT source, name, accepted, repeated, failed, blocked, faulty, clamped, week,
            hour + toIntervalDay(7 * week) AS as_if,
            week = 0 AND hour >= {since:DateTime64(3, 'UTC')} AND hour < {until:DateTime64(3, 'UTC')} AS now_or_then
        FROM collect.tally
        ARRAY JOIN [0, 1, 2, 3, 4] AS week
        WHERE hour >= toDateTime({since:DateTime64(3, 'UTC')}) - toIntervalDay(60)
            AND ({everywhere:UInt8} OR store IN {stores:Array(String)})
    ) AS counted
    JOIN (
        SELECT source, last_at, first_hour,
            least(4, intDiv(dateDiff('hour', first_hour, toDateTime({since:DateTime64(3, 'UTC')})), 168)) AS weeks_there
        FROM last
    ) AS last USING (source)
    GROUP BY source
),
known AS (
    SELECT source, countIf(iid != 0 AND customer_of(iid) IN (
            SELECT customer_of(iid) FROM profile.v_identifier WHERE kind NOT IN {anonymous:Array(String)})) AS resolved,
        count() AS looked_at
    FROM collect.event
    WHERE received_at >= {since:DateTime64(3, 'UTC')} AND received_at < {until:DateTime64(3, 'UTC')}
        AND ({everywhere:UInt8} OR store IN {stores:Array(String)})
    GROUP BY source
),
missing AS (
    SELECT source, uniqExactIf(event_id, kind = 'missing') AS missing,
        topKIf(5)(concat(name, ': ', property), kind = 'missing') AS missing_places
    FROM collect.violation
    WHERE received_at >= {since:DateTime64(3, 'UTC')} AND received_at < {until:DateTime64(3, 'UTC')}
        AND ({everywhere:UInt8} OR store IN {stores:Array(String)})
    GROUP BY source
)
SELECT last.source AS source, last.last_at AS last_at, volume.weeks AS weeks, volume.events AS events,
    volume.repeated AS repeated, volume.failed AS failed, volume.faulty AS faulty, volume.clamped AS clamped,
    volume.unplanned AS unplanned, volume.unplanned_names AS unplanned_names,
    volume.in_weeks_before AS in_weeks_before, volume.awaited_in_weeks AS awaited_in_weeks,
    known.resolved AS resolved, known.looked_at AS looked_at,
    missing.missing AS missing, missing.missing_places AS missing_places
FROM last LEFT JOIN volume USING (source) LEFT JOIN known USING (source) LEFT JOIN missing USING (source)
ORDER BY source

-- last_received --
-- When each source was last heard of, as far as a person with these stores may see it.
SELECT source, max(last_received) AS last_at
FROM collect.tally
WHERE {everywhere:UInt8} OR store IN {stores:Array(String)}
GROUP BY source
ORDER BY source
