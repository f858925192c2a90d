-- Opens an account, or adds a token to it; never changes the tier of one that exists.
-- KEYS[1] account:{<user>}  hash: tier, created (ms), origin
-- KEYS[2] account:{<user>}:tokens  set of <sha>
-- ARGV[1] tier, ARGV[2] origin, ARGV[3] sha, ARGV[4] lifetime of both keys in ms
-- returns the account's tier
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', KEYS[1], 'tier', ARGV[1])
redis.call('HSETNX', KEYS[1], 'created', string.format('%d', now))
redis.call('HSETNX', KEYS[1], 'origin', ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return redis.call('HGET', KEYS[1], 'tier')
