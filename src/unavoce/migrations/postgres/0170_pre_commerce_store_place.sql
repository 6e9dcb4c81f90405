-- Where a store is, in degrees; customers near it can be asked for.
ALTER TABLE commerce.store
    ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    ADD CONSTRAINT store_place CHECK ((latitude IS NULL) = (longitude IS NULL));

-- For other contexts: the stores of which it is known where they are.
CREATE VIEW commerce.v_store_place AS
SELECT key, latitude, longitude FROM commerce.store WHERE latitude IS NOT NULL;
