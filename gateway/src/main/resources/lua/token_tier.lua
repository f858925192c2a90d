-- Changes the tier a token carries, and tells every instance of the gateway.
-- KEYS[1] token:{<sha>}  hash, see token_lookup.lua
-- ARGV[1] the new tier, ARGV[2] sha, ARGV[3] channel
-- returns 1; 0 when there is no such token
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'tier', ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[2])
return 1
