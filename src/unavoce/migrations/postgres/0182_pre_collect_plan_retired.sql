-- An event that is taken out of the tracking plan: its newest version says that nothing is asked of it any more.
ALTER TABLE collect.plan_rule ADD COLUMN retired boolean NOT NULL DEFAULT false;
