-- Notes on an account that it was revoked, for operators to see; revocation_add.lua is what
-- every gateway enforces.
-- KEYS[1] account:{<user>}  hash, see account_open.lua
-- ARGV[1] now in ms
-- returns 1; 0 when there is no such account or it was revoked before
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
return redis.call('HSETNX', KEYS[1], 'revoked', ARGV[1])
