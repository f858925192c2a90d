-- Adds accounts to the list of revocations, and drops those whose tokens have expired.
-- KEYS[1] revocations:{tokens}  sorted set: user, scored with when it may go (ms)
-- KEYS[2] token-versions:{tokens}  hash: changes, adopted; see version_next.lua
-- ARGV[1] now in ms, ARGV[2] most there may be; then for each account its user and when it
--         may go in ms
-- returns {version, version before, how many were added}; when those that are new do not
--         fit, none is added and the version is -1
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local before = tonumber(redis.call('HGET', KEYS[2], 'changes') or '0') or 0
local new = 0
for i = 3, #ARGV, 2 do
  new = new + (redis.call('ZSCORE', KEYS[1], ARGV[i]) and 0 or 1)
end
if new > 0 and redis.call('ZCARD', KEYS[1]) + new > tonumber(ARGV[2]) then
  return {-1, before, 0}
end
local added = 0
for i = 3, #ARGV, 2 do
  added = added + redis.call('ZADD', KEYS[1], 'NX', ARGV[i + 1], ARGV[i])
end
local version = before
if added > 0 then
  version = math.max(before + 1, tonumber(ARGV[1]))
  redis.call('HSET', KEYS[2], 'changes', string.format('%d', version))
end
return {version, before, added}
