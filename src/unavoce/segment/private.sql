-- find_member --
-- The segments she is in.
SELECT to_jsonb(member) FROM segment.member AS member WHERE member.iid = ANY(%(iids)s::bigint[])

-- erase_member --
-- The same.
DELETE FROM segment.member WHERE iid = ANY(%(iids)s::bigint[])

-- find_flip --
-- The segments she went into and out of.
SELECT to_jsonb(flip) FROM segment.flip AS flip
WHERE flip.iid = ANY(%(iids)s::bigint[]) OR flip.customer = ANY(%(iids)s::bigint[])

-- erase_flip --
-- The same.
DELETE FROM segment.flip WHERE iid = ANY(%(iids)s::bigint[]) OR customer = ANY(%(iids)s::bigint[])

-- find_list_entry --
-- The uploaded lists she is on or was taken off.
SELECT to_jsonb(entry) FROM segment.list_entry AS entry WHERE entry.iid = ANY(%(iids)s::bigint[])

-- erase_list_entry --
-- The same.
DELETE FROM segment.list_entry WHERE iid = ANY(%(iids)s::bigint[])
