-- What is known of a group of customers, like a household or a company: the newest word on each trait.
CREATE TABLE profile.group_trait (
    group_id text NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    at timestamptz NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (group_id, key)
);

-- Who belongs to a group, under the identifier it was said of: it joins nobody, whatever else they share.
CREATE TABLE profile.group_member (
    group_id text NOT NULL,
    iid bigint NOT NULL,
    belongs boolean NOT NULL,
    since timestamptz NOT NULL,
    at timestamptz NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (group_id, iid)
);

-- The groups of a customer.
CREATE INDEX group_member_iid ON profile.group_member (iid);
