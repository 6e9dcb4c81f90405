CREATE VIEW IF NOT EXISTS decide.v_intent AS SELECT * FROM decide.intent
