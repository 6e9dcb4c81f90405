ALTER TABLE profile.consent ADD COLUMN IF NOT EXISTS evidence LowCardinality(String) DEFAULT '' AFTER granted;
