-- exposures --
-- How many products of a source were shown, how often, in how many stores and weeks; each fact once.
SELECT count() AS facts, uniqExact(store) AS stores, uniqExact(week) AS weeks, uniqExact(product_id) AS products
FROM commerce.v_exposure
WHERE source = {source:String}
