-- Makes a token valid, unless it exists already: then it stays as it is, also when revoked.
-- KEYS[1] token:{<sha>}  hash, see token_lookup.lua
-- ARGV[1] user, ARGV[2] tier, ARGV[3] lifetime in ms
-- returns {1 when made or 0 when it existed, user, tier, expires, revoked or ''}
local fields = redis.call('HMGET', KEYS[1], 'user', 'tier', 'expires', 'revoked')
if fields[1] then
  return {0, fields[1], fields[2], fields[3], fields[4] or ''}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = string.format('%d', now + tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'tier', ARGV[2], 'created', string.format('%d', now),
  'expires', expires, 'used', string.format('%d', now))
redis.call('PEXPIREAT', KEYS[1], expires)
return {1, ARGV[1], ARGV[2], expires, ''}
