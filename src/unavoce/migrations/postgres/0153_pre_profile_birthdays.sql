-- Two birthdays at one address are two people.
ALTER TABLE profile.edge DROP CONSTRAINT edge_refusal_check;
ALTER TABLE profile.edge ADD CONSTRAINT edge_refusal_check
    CHECK (refusal IN ('hub', 'shared', 'limit', 'separated', 'blocked', 'undone'));

-- What was refused by a limit or by birthdays, to find where other rules would decide otherwise.
DROP INDEX profile.edge_limit;
CREATE INDEX edge_limit ON profile.edge (a) WHERE refusal IN ('limit', 'shared');

-- Whom birthdays would have told apart is worked out again, as after a change of the rules.
WITH apart AS (
    SELECT min(trait.iid) AS iid
    FROM profile.trait AS trait
    LEFT JOIN profile.link AS link ON link.iid = trait.iid
    WHERE trait.key IN ('birthday', 'birthdate', 'birth_date', 'birthDate', 'date_of_birth', 'dob')
        AND trait.value <> 'null'::jsonb
    GROUP BY coalesce(link.customer, trait.iid)
    HAVING count(DISTINCT trait.value) > 1
),
work AS (
    INSERT INTO profile.identity_work (kind, body, by, at, total)
    SELECT 'rules', jsonb_build_object('version', (SELECT coalesce(max(version), 0) FROM profile.identity_rules)), '',
        now(), count(*)
    FROM apart
    HAVING count(*) > 0
    RETURNING id
)
INSERT INTO profile.identity_seed (work, iid) SELECT work.id, apart.iid FROM work CROSS JOIN apart;
