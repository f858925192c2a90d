-- Changes the tier of an account, if there is one.
-- KEYS[1] account:{<user>}  hash, see account_open.lua
-- ARGV[1] the new tier, ARGV[2] the tier it must have now, or '' for any
-- returns 1; 0 when there is no such account
local tier = redis.call('HGET', KEYS[1], 'tier')
if not tier or (ARGV[2] ~= '' and ARGV[2] ~= tier) then
  return 0
end
redis.call('HSET', KEYS[1], 'tier', ARGV[1])
return 1
