-- Changes the tier of an account. Its tokens carry the tier too and are changed one by one
-- with token_tier.lua, because they live in other slots.
-- KEYS[1] account:{<user>}  hash, see account_open.lua
-- KEYS[2] account:{<user>}:tokens  set of <sha>
-- ARGV[1] the new tier
-- returns {1, <sha>...}; an empty list when there is no such account
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
redis.call('HSET', KEYS[1], 'tier', ARGV[1])
local answer = redis.call('SMEMBERS', KEYS[2])
table.insert(answer, 1, '1')
return answer
