-- For other contexts' statements: whose an identifier is; one without a row is its own customer.
CREATE VIEW profile.v_link AS
SELECT iid, customer FROM profile.link;
