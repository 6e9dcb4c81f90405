CREATE VIEW IF NOT EXISTS collect.v_event AS SELECT * FROM collect.event
