CREATE OR REPLACE VIEW segment.v_flip AS
SELECT id, segment, version, customer, iid, direction, at, cause, cause_kind FROM segment.flip;
