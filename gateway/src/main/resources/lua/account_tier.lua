-- Changes the tier of an account, if there is one.
-- KEYS[1] account:{<user>}  hash, see account_open.lua
-- ARGV[1] the new tier
-- returns 1; 0 when there is no such account
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'tier', ARGV[1])
return 1
