-- find_file --
-- Files that were made of her data.
SELECT jsonb_build_object('request', kept.request, 'made_at', kept.made_at, 'bytes', octet_length(kept.content))
FROM privacy.file AS kept WHERE kept.iids && %(iids)s::bigint[]

-- erase_file --
-- The same.
DELETE FROM privacy.file AS kept WHERE kept.iids && %(iids)s::bigint[]
