CREATE OR REPLACE VIEW profile.v_identifier AS
SELECT iid, kind, min(first_seen) AS first_seen FROM profile.identifier GROUP BY iid, kind;
