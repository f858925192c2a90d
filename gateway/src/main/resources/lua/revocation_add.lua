-- Adds an account to the list of revocations, and drops those whose tokens have expired.
-- KEYS[1] revocations:{tokens}  sorted set: user, scored with when it may go (ms)
-- KEYS[2] token-versions:{tokens}  hash: changes, adopted
-- ARGV[1] user, ARGV[2] when it may go in ms, ARGV[3] now in ms, ARGV[4] most there may be
-- returns the new version of the list; -1 when it is full
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
  return -1
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return redis.call('HINCRBY', KEYS[2], 'changes', 1)
