CREATE VIEW IF NOT EXISTS decide.v_transition AS SELECT * FROM decide.transition
