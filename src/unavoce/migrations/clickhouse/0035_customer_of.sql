CREATE OR REPLACE FUNCTION customer_of AS (iid) ->
    if(joinGet('profile.link', 'customer', iid) = 0, iid, joinGet('profile.link', 'customer', iid));
