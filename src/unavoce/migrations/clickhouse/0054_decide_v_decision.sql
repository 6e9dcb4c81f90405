CREATE VIEW IF NOT EXISTS decide.v_decision AS SELECT * FROM decide.decision
