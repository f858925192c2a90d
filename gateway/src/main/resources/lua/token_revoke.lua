-- Revokes a token, and tells every instance of the gateway. It stays known until it would
-- have expired, so that it cannot be adopted as a new account.
-- KEYS[1] token:{<sha>}  hash, see token_lookup.lua
-- ARGV[1] sha, ARGV[2] channel
-- returns 1; 0 when there is no such token or it was revoked before
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fresh = redis.call('HSETNX', KEYS[1], 'revoked', string.format('%d', now))
redis.call('PUBLISH', ARGV[2], ARGV[1])
return fresh
