CREATE SCHEMA commerce;

COMMENT ON SCHEMA commerce IS 'What is sold and where: products, stores, and how long a purchase satisfies.';

-- A product of the catalogue; `known` is false when only orders speak of it.
CREATE TABLE commerce.product (
    id text PRIMARY KEY,
    name text NOT NULL,
    category text,
    brand text,
    department text,
    price_minor bigint CHECK (price_minor >= 0),
    currency text,
    image text,
    url text,
    known boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    CHECK ((price_minor IS NULL) = (currency IS NULL))
);

-- The list of products by name.
CREATE INDEX product_name ON commerce.product (name, id);

-- All products of a category.
CREATE INDEX product_category ON commerce.product (category, id);

-- A store by the key that its events carry.
CREATE TABLE commerce.store (
    key text PRIMARY KEY,
    name text NOT NULL,
    region text,
    changed_at timestamptz NOT NULL
);

-- How long a purchase satisfies: of a durable category nothing more for so many days, of a replenishable one not the
-- same product until it is due again.
CREATE TABLE commerce.category_rule (
    category text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('durable', 'replenishable')),
    days integer NOT NULL CHECK (days BETWEEN 1 AND 36500),
    changed_at timestamptz NOT NULL
);
