-- put_products --
-- Add products or bring them up to date; what is merely spoken of never overwrites the catalogue's word.
INSERT INTO commerce.product (id, name, category, brand, department, price_minor, currency, image, url, known, changed_at)
SELECT id, name, category, brand, department, price_minor, currency, image, url, known, %(now)s
FROM unnest(
    %(ids)s::text[], %(names)s::text[], %(categories)s::text[], %(brands)s::text[], %(departments)s::text[],
    %(prices)s::bigint[], %(currencies)s::text[], %(images)s::text[], %(urls)s::text[], %(known)s::boolean[]
) AS given (id, name, category, brand, department, price_minor, currency, image, url, known)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, category = excluded.category, brand = excluded.brand, department = excluded.department,
    price_minor = excluded.price_minor, currency = excluded.currency, image = excluded.image, url = excluded.url,
    known = excluded.known, changed_at = excluded.changed_at
WHERE (excluded.known OR NOT product.known)
    AND (product.name, product.category, product.brand, product.department, product.price_minor, product.currency,
        product.image, product.url, product.known)
    IS DISTINCT FROM (excluded.name, excluded.category, excluded.brand, excluded.department, excluded.price_minor,
        excluded.currency, excluded.image, excluded.url, excluded.known)

-- products --
-- These products, as far as there are such.
SELECT id, name, category, brand, department, price_minor, currency, image, url, known
FROM commerce.product
WHERE id = ANY(%(ids)s)

-- product_list --
-- All products, for a list that is paged and filtered.
SELECT id, name, category, brand, department, price_minor, currency, image, url, known
FROM commerce.product

-- put_stores --
-- Add stores or bring them up to date; who does not say where one is leaves what was known.
INSERT INTO commerce.store (key, name, region, latitude, longitude, changed_at)
SELECT key, name, region, latitude, longitude, %(now)s
FROM unnest(
    %(keys)s::text[], %(names)s::text[], %(regions)s::text[], %(latitudes)s::double precision[],
    %(longitudes)s::double precision[]
) AS given (key, name, region, latitude, longitude)
ON CONFLICT (key) DO UPDATE
SET name = excluded.name, region = excluded.region, changed_at = excluded.changed_at,
    latitude = coalesce(excluded.latitude, store.latitude), longitude = coalesce(excluded.longitude, store.longitude)
WHERE (store.name, store.region, store.latitude, store.longitude) IS DISTINCT FROM (
    excluded.name, excluded.region, coalesce(excluded.latitude, store.latitude),
    coalesce(excluded.longitude, store.longitude)
)

-- place_store --
-- Say where a store is.
UPDATE commerce.store SET latitude = %(latitude)s, longitude = %(longitude)s, changed_at = %(now)s
WHERE key = %(key)s
RETURNING key, name, region, latitude, longitude

-- stores --
-- These stores, as far as there are such.
SELECT key, name, region, latitude, longitude
FROM commerce.store
WHERE key = ANY(%(keys)s)

-- store_list --
-- The stores that somebody may see, for a list that is paged and filtered.
SELECT key, name, region, latitude, longitude
FROM commerce.store
WHERE %(stores)s::text[] IS NULL OR key = ANY(%(stores)s::text[])

-- category_rules --
-- Every rule.
SELECT category, kind, days
FROM commerce.category_rule
ORDER BY category

-- put_category_rules --
-- Add rules or bring them up to date.
INSERT INTO commerce.category_rule (category, kind, days, changed_at)
SELECT category, kind, days, %(now)s
FROM unnest(%(categories)s::text[], %(kinds)s::text[], %(days)s::integer[]) AS given (category, kind, days)
ON CONFLICT (category) DO UPDATE
SET kind = excluded.kind, days = excluded.days, changed_at = excluded.changed_at
WHERE (category_rule.kind, category_rule.days) IS DISTINCT FROM (excluded.kind, excluded.days)

-- drop_category_rule --
-- The category is again like any other.
DELETE FROM commerce.category_rule
WHERE category = %(category)s
