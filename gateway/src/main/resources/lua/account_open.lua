-- Opens an account unless it exists; one that exists stays as it is.
-- KEYS[1] account:{<user>}  hash: tier, created (ms), origin (issued or adopted), expires (ms),
--         revoked (ms, only if it was)
-- ARGV[1] tier, ARGV[2] origin, ARGV[3] when it was created, ARGV[4] when it ends, ARGV[5] when it
--         was revoked, all in ms; '' if it was not
-- returns {1 when opened or 0 when it existed, tier, origin, expires, revoked or ''}
local opened = redis.call('HSETNX', KEYS[1], 'expires', ARGV[4])
if opened == 1 then
  redis.call('HSET', KEYS[1], 'tier', ARGV[1], 'origin', ARGV[2], 'created', ARGV[3])
  if ARGV[5] ~= '' then
    redis.call('HSET', KEYS[1], 'revoked', ARGV[5])
  end
  redis.call('PEXPIREAT', KEYS[1], ARGV[4])
end
local fields = redis.call('HMGET', KEYS[1], 'tier', 'origin', 'expires', 'revoked')
return {opened, fields[1], fields[2], fields[3], fields[4] or ''}
