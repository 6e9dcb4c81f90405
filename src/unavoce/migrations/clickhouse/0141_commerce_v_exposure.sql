CREATE VIEW IF NOT EXISTS commerce.v_exposure AS
SELECT source, store, week, product_id, display, mailer FROM commerce.exposure FINAL
